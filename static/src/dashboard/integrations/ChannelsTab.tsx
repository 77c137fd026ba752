import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { channelIcons } from "../inbox/channels.js";
import { useAct, useOnce } from "../ui/act.js";
import { Dialog, DialogForm } from "../ui/Dialog.js";
import { Chip } from "../ui/Chip.js";
import { Icon } from "../ui/Icon.js";
import { Plus } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { TabHead } from "../ui/TabHead.js";
import { channelsQuery, type Kind, kindsQuery } from "./channel.js";
import { ChannelFields } from "./ChannelFields.js";
import { useChannelWords } from "./words.js";
import style from "./integrations.module.css";

/** The other ways in and out: what is connected, and what could be. */
export function ChannelsTab() {
  const { t } = useTranslation("integrations");
  const [kind, setKind] = useState<Kind | null>(null);
  const query = useQuery(channelsQuery);
  const kinds = useQuery(kindsQuery);
  const words = useChannelWords();
  const labelOf = (one: string): string => words(`kind_${one}`, kinds.data?.data.find((known) => known.kind === one)?.label ?? one);
  return (
    <>
      <TabHead title={t("channels")} hint={t("channelsHint")} />
      <Loaded query={query}>
        {({ data }) => (data.length > 0 ? <Connected channels={data} labelOf={labelOf} /> : <p className={parts.faint}>{t("noChannels")}</p>)}
      </Loaded>
      <h3 className={style.heading}>{t("connect")}</h3>
      <Loaded query={kinds}>
        {({ data }) => (
          <ul className={style.kinds}>
            {data.map((one) => (
              <li key={one.kind}>
                <button type="button" className={style.kind} onClick={() => setKind(one)}>
                  <span className={parts.sign}>
                    <Icon of={channelIcons[one.kind]} size={18} />
                  </span>
                  {labelOf(one.kind)}
                  <Icon of={Plus} size={15} className={style.plus} />
                </button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Dialog opened={kind !== null} onClose={() => setKind(null)} title={kind ? labelOf(kind.kind) : ""} size="lg">
        {kind ? <Connect kind={kind} label={labelOf(kind.kind)} onClose={() => setKind(null)} /> : null}
      </Dialog>
    </>
  );
}

function Connected({ channels, labelOf }: { channels: readonly Schemas["ChannelAccount"][]; labelOf: (kind: string) => string }) {
  const { t } = useTranslation("integrations");
  return (
    <Rows label={t("channels")}>
      {channels.map((one) => (
        <Row
          key={one.id}
          lead={
            <span className={parts.sign}>
              <Icon of={channelIcons[one.kind]} size={18} />
            </span>
          }
          title={
            <Link to="/settings/channels/$id" params={{ id: one.id }}>
              <bdi>{one.name}</bdi>
            </Link>
          }
          sub={`${labelOf(one.kind)} · ${one.address}`}
        >
          <Chip tone={one.enabled ? "good" : "quiet"}>{one.enabled ? t("on") : t("off")}</Chip>
        </Row>
      ))}
    </Rows>
  );
}

function Connect({ kind, label, onClose }: { kind: Kind; label: string; onClose: () => void }) {
  const { t } = useTranslation("integrations");
  const navigate = useNavigate();
  const [name, setName] = useState(label);
  const [settings, setSettings] = useState<Record<string, string | null>>({});
  const once = useOnce(name, settings);
  const create = useAct(() => answer(api.POST("/channels", { body: { kind: kind.kind, name: name.trim(), enabled: true, settings }, headers: { "Idempotency-Key": once } })), {
    stale: [keys.channels],
    then: ({ id }) => navigate({ to: "/settings/channels/$id", params: { id } }),
  });
  return (
    <DialogForm act={create} word={t("connectNow")} ready={name.trim() !== ""} onClose={onClose}>
      <ChannelFields kind={kind} name={name} settings={settings} kept={[]} error={create.error} onName={setName} onSetting={(field, value) => setSettings({ ...settings, [field]: value })} />
    </DialogForm>
  );
}

import { Button, Checkbox, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";
import { useMe } from "../session/me.js";
import { blame, useAct } from "../ui/act.js";
import { DialogForm } from "../ui/Dialog.js";
import { Chip } from "../ui/Chip.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { ago, date } from "../ui/time.js";
import { KeyRound } from "../ui/icons.js";
import { ListTab } from "../ui/ListTab.js";
import parts from "../ui/parts.module.css";
import { Row } from "../ui/Rows.js";
import { SecretDialog } from "../ui/SecretDialog.js";
import style from "./integrations.module.css";

type Key = Schemas["APIKey"];
type Scope = Schemas["Scope"];
const inboxScopes: readonly Scope[] = ["conversations:read", "conversations:write"];
const spans = [30, 90, 365] as const;

/** The keys by which programs come in. */
export function KeysTab() {
  const { t } = useTranslation("integrations");
  const [made, setMade] = useState<string | null>(null);
  const query = useQuery({ queryKey: keys.apiKeys, queryFn: ({ signal }) => every((query) => answer(api.GET("/keys", { params: { query }, signal }))) });
  const form = (close: () => void) => (
    <NewKey
      onClose={close}
      done={(key) => {
        close();
        setMade(key);
      }}
    />
  );
  return (
    <>
      <ListTab query={query} title={t("keys")} hint={t("keysHint")} icon={KeyRound} none={t("noKeys")} create={{ word: t("newKey"), size: "lg", form }}>
        {(key) => <KeyRow key={key.id} row={key} />}
      </ListTab>
      <SecretDialog title={t("yourKey")} label={t("apiKey")} secret={made} onClose={() => setMade(null)} />
    </>
  );
}

function KeyRow({ row }: { row: Key }) {
  const { t } = useTranslation("integrations");
  const [asking, setAsking] = useState(false);
  const revoke = useAct(() => api.DELETE("/keys/{id}", { params: { path: { id: row.id } } }), { says: t("revoked"), stale: [keys.apiKeys] });
  const facts = [row.last_used_at ? t("used", { when: ago(row.last_used_at) }) : t("neverUsed"), row.expires_at ? t("until", { when: date(row.expires_at) }) : null, row.created_by ? t("actsAs", { name: row.created_by.name }) : null];
  return (
    <Row
      title={
        <>
          <bdi>{row.name}</bdi>
          <code className={parts.mono} dir="ltr">
            {row.hint}…
          </code>
          <Chip>{row.kind === "inbox" ? t("inboxKind") : t("agentKind")}</Chip>
        </>
      }
      sub={
        <>
          {facts.filter(Boolean).join(" · ")}
          <br />
          <span dir="ltr">{row.scopes.join(", ")}</span>
        </>
      }
    >
      <Button variant="subtle" color="red" onClick={() => setAsking(true)} aria-label={`${t("revoke")}: ${row.name}`}>
        {t("revoke")}
      </Button>
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("revokeTitle", { name: row.name })} confirm={t("revoke")} act={() => revoke.mutateAsync(undefined)}>
        {t("revokeHint")}
      </ConfirmDialog>
    </Row>
  );
}

function NewKey({ onClose, done }: { onClose: () => void; done: (key: string) => void }) {
  const { t } = useTranslation("integrations");
  const { t: ui } = useTranslation("ui");
  const { scopes: own } = useMe();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Key["kind"]>("agent");
  const [scopes, setScopes] = useState<readonly Scope[]>(inboxScopes);
  const [days, setDays] = useState("never");
  const offered = kind === "inbox" ? own.filter((scope) => inboxScopes.includes(scope)) : own;
  const create = useAct(
    () => {
      const expires = days === "never" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
      return answer(api.POST("/keys", { body: { name: name.trim(), kind, scopes: offered.filter((scope) => scopes.includes(scope)), expires_at: expires } }));
    },
    { stale: [keys.apiKeys], then: ({ key }) => done(key ?? "") },
  );
  return (
    <DialogForm act={create} word={ui("create")} ready={name.trim() !== "" && offered.some((scope) => scopes.includes(scope))} onClose={onClose}>
      <TextInput label={ui("name")} description={t("keyNameHint")} maxLength={100} value={name} error={blame(create.error, "name")} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
      <div>
        <SegmentedControl aria-label={t("kind")} value={kind} onChange={(value) => setKind(value === "inbox" ? "inbox" : "agent")} data={[{ value: "agent", label: t("agentKind") }, { value: "inbox", label: t("inboxKind") }]} />
        <p className={parts.faint}>{kind === "inbox" ? t("inboxKindHint") : t("agentKindHint")}</p>
      </div>
      <Checkbox.Group label={t("scopes")} error={blame(create.error, "scopes")} value={[...scopes]} onChange={(chosen) => setScopes(own.filter((scope) => chosen.includes(scope)))}>
        <div className={style.checks}>
          {offered.map((scope) => (
            <Checkbox key={scope} value={scope} label={<code dir="ltr">{scope}</code>} />
          ))}
        </div>
      </Checkbox.Group>
      <Select label={t("expires")} data={[{ value: "never", label: ui("never") }, ...spans.map((span) => ({ value: String(span), label: t("inDays", { days: span }) }))]} value={days} allowDeselect={false} error={blame(create.error, "expires_at")} onChange={(value) => setDays(value ?? "never")} />
    </DialogForm>
  );
}

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useMe } from "../session/me.js";
import { blame, useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { CopyAction, CopyField } from "../ui/CopyField.js";
import { FormSection } from "../ui/FormSection.js";
import parts from "../ui/parts.module.css";
import style from "./settings.module.css";

/** The second factor: set up with a code to photograph, taken away with the password. */
export function SecondFactor() {
  const { t } = useTranslation("settings");
  const { totp_enabled: on } = useMe();
  const [setup, setSetup] = useState<Schemas["TotpSetup"] | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const begin = useAct(() => answer(api.POST("/auth/totp/setup")), { then: setSetup });
  return (
    <FormSection title={t("secondFactor")} hint={t("secondFactorHint")}>
      <div>
        <Chip tone={on ? "good" : "warn"}>{on ? t("isOn") : t("isOff")}</Chip>
      </div>
      {codes ? <Codes codes={codes} /> : null}
      {on ? <TakeAway done={() => setCodes(null)} /> : setup ? (
        <Confirm
          setup={setup}
          done={(all) => {
            setCodes(all);
            setSetup(null);
          }}
        />
      ) : (
        <div>
          <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate(undefined)}>
            {t("setUp")}
          </Button>
        </div>
      )}
    </FormSection>
  );
}

function Confirm({ setup, done }: { setup: Schemas["TotpSetup"]; done: (codes: readonly string[]) => void }) {
  const { t } = useTranslation("settings");
  const [code, setCode] = useState("");
  const confirm = useAct(() => answer(api.POST("/auth/totp/confirm", { body: { setup: setup.setup, code: code.trim() } })), { stale: [keys.me], then: ({ recovery_codes }) => done(recovery_codes) });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    confirm.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className={parts.stack}>
      <p className={parts.faint}>{t("scan")}</p>
      <Picture url={setup.url} />
      <CopyField label={t("orType")} value={setup.secret} />
      <div className={style.inline}>
        <TextInput label={t("code")} inputMode="numeric" autoComplete="one-time-code" value={code} error={blame(confirm.error, "code")} onChange={(event) => setCode(event.currentTarget.value)} />
        <Button type="submit" loading={confirm.isPending} disabled={code.trim().length < 6}>
          {t("turnOn")}
        </Button>
      </div>
    </form>
  );
}

/** The picture of an address; what draws it is loaded when it is wanted. */
function Picture({ url }: { url: string }) {
  const { t } = useTranslation("settings");
  const { data: path } = useQuery({
    queryKey: ["picture", url],
    gcTime: 0,
    queryFn: async () => {
      const { default: qrcode } = await import("qrcode-generator");
      const code = qrcode(0, "M");
      code.addData(url);
      code.make();
      const size = code.getModuleCount();
      const rows = Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => (code.isDark(y, x) ? `M${x} ${y}h1v1h-1z` : "")).join(""));
      return { size, d: rows.join("") };
    },
  });
  if (!path) return <div className={style.qr} />;
  return (
    <svg className={style.qr} viewBox={`0 0 ${path.size} ${path.size}`} role="img" aria-label={t("qrCode")} shapeRendering="crispEdges">
      <path d={path.d} fill="#000" />
    </svg>
  );
}

function Codes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation("settings");
  return (
    <div className={parts.stack} role="status">
      <p className={parts.warning}>{t("recoveryHint")}</p>
      <ul className={style.codes} dir="ltr" aria-label={t("recoveryCodes")}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div>
        <CopyAction value={codes.join("\n")} label={t("recoveryCodes")} />
      </div>
    </div>
  );
}

function TakeAway({ done }: { done: () => void }) {
  const { t } = useTranslation("settings");
  const [password, setPassword] = useState("");
  const off = useAct(() => api.POST("/auth/totp/disable", { body: { password } }), { says: t("turnedOff"), stale: [keys.me], then: () => (setPassword(""), done()) });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    off.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className={style.inline}>
      <PasswordInput className={style.grow} label={t("currentPassword")} autoComplete="current-password" value={password} error={blame(off.error, "password")} onChange={(event) => setPassword(event.currentTarget.value)} />
      <Button type="submit" variant="light" color="red" loading={off.isPending} disabled={!password}>
        {t("turnOff")}
      </Button>
    </form>
  );
}

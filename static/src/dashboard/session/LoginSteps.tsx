import { Button, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { AuthPage } from "./AuthPage.js";
import style from "./auth.module.css";
import type { AccountChoice } from "./login.js";
import { Told } from "./Told.js";

/** Asks for the code of the second factor. */
export function CodeStep({ told, busy, confirm, back }: { told: string | null; busy: boolean; confirm: (code: string) => void; back: () => void }) {
  const { t } = useTranslation("auth");
  const [code, setCode] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    confirm(code.trim());
  };
  return (
    <AuthPage title={t("codeTitle")} hint={t("codeHint")}>
      {told ? <Told>{told}</Told> : null}
      <form className={style.form} onSubmit={submit}>
        <TextInput label={t("code")} name="code" autoComplete="one-time-code" autoFocus required withAsterisk={false} value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        <Button type="submit" fullWidth loading={busy}>
          {t("confirmCode")}
        </Button>
        <Button variant="subtle" fullWidth onClick={back}>
          {t("backToLogIn")}
        </Button>
      </form>
    </AuthPage>
  );
}

/** Asks which of several accounts is meant. */
export function AccountStep({ told, busy, accounts, choose, back }: { told: string | null; busy: boolean; accounts: AccountChoice[]; choose: (id: string) => void; back: () => void }) {
  const { t } = useTranslation("auth");
  return (
    <AuthPage title={t("chooseAccount")} hint={t("chooseAccountHint")}>
      {told ? <Told>{told}</Told> : null}
      {accounts.map(({ id, name }) => (
        <Button key={id} variant="default" fullWidth disabled={busy} onClick={() => choose(id)}>
          {name}
        </Button>
      ))}
      <Button variant="subtle" fullWidth onClick={back}>
        {t("backToLogIn")}
      </Button>
    </AuthPage>
  );
}

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { keys } from "../api/keys.js";
import { useSentence } from "../ui/sentence.js";
import { AuthPage } from "./AuthPage.js";
import style from "./auth.module.css";
import { Told } from "./Told.js";
import { tokenOf } from "./token.js";

/** Asks for the mail, or, when somebody comes by its link, for the new password. */
export function ResetPage() {
  const [token] = useState(() => tokenOf(location.hash));
  return token ? <Choose token={token} /> : <Ask />;
}

function Ask() {
  const { t } = useTranslation("auth");
  const sentence = useSentence();
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ good: boolean; text: string } | null>(null);
  const { data: methods } = useQuery({ queryKey: keys.methods, queryFn: () => answer(api.GET("/auth/methods")) });
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.POST("/auth/reset", { body: { email } });
      setTold({ good: true, text: t("linkSent") });
    } catch (error) {
      setTold({ good: false, text: sentence(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <AuthPage title={t("resetTitle")} hint={t("resetHint")}>
      {methods && !methods.mail ? <Told>{t("noMail")}</Told> : null}
      {told ? <Told tone={told.good ? "good" : "alarm"}>{told.text}</Told> : null}
      <form className={style.form} onSubmit={(event) => void submit(event)}>
        <TextInput label={t("email")} type="email" autoComplete="username" autoFocus required withAsterisk={false} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <Button type="submit" fullWidth loading={busy}>
          {t("sendLink")}
        </Button>
      </form>
      <BackToLogin />
    </AuthPage>
  );
}

function Choose({ token }: { token: string }) {
  const { t } = useTranslation("auth");
  const sentence = useSentence();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ good: boolean; text: string } | null>(null);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.POST("/auth/reset/confirm", { body: { token, password } });
      setTold({ good: true, text: t("passwordSet") });
    } catch (error) {
      const spent = error instanceof ApiError && error.field === "token";
      setTold({ good: false, text: spent ? t("linkSpent") : sentence(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <AuthPage title={t("resetTitle")}>
      {told ? <Told tone={told.good ? "good" : "alarm"}>{told.text}</Told> : null}
      {told?.good ? null : (
        <form className={style.form} onSubmit={(event) => void submit(event)}>
          <PasswordInput label={t("newPassword")} description={t("newPasswordHint")} autoComplete="new-password" minLength={8} autoFocus required withAsterisk={false} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
          <Button type="submit" fullWidth loading={busy}>
            {t("setPassword")}
          </Button>
        </form>
      )}
      <BackToLogin />
    </AuthPage>
  );
}

function BackToLogin() {
  const { t } = useTranslation("auth");
  return (
    <div className={style.foot}>
      <Link to="/login">{t("backToLogIn")}</Link>
    </div>
  );
}

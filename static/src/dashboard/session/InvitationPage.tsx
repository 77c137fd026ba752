import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { useSentence } from "../ui/sentence.js";
import { AuthPage } from "./AuthPage.js";
import style from "./auth.module.css";
import { Told } from "./Told.js";
import { tokenOf } from "./token.js";

/** Where an invited person chooses a password, and is in. */
export function InvitationPage() {
  const { t } = useTranslation("auth");
  const sentence = useSentence();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [token] = useState(() => tokenOf(location.hash) ?? "");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<string | null>(token ? null : t("linkSpent"));
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.POST("/auth/invitations/accept", { body: { token, password, ...(name.trim() ? { name: name.trim() } : {}) } });
      queries.clear();
      await navigate({ to: "/inbox", replace: true });
    } catch (error) {
      const spent = error instanceof ApiError && error.field === "token";
      setTold(spent ? t("linkSpent") : sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <AuthPage title={t("invitationTitle")} hint={t("invitationHint")}>
      {told ? <Told>{told}</Told> : null}
      <form className={style.form} onSubmit={(event) => void submit(event)}>
        <TextInput label={t("name")} autoComplete="name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <PasswordInput label={t("password")} description={t("newPasswordHint")} autoComplete="new-password" minLength={8} required withAsterisk={false} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
        <Button type="submit" fullWidth loading={busy} disabled={!token}>
          {t("join")}
        </Button>
      </form>
    </AuthPage>
  );
}

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useSentence } from "../ui/sentence.js";
import { AccountStep, CodeStep } from "./LoginSteps.js";
import { AuthPage } from "./AuthPage.js";
import style from "./auth.module.css";
import { type AccountChoice, logIn, type Outcome } from "./login.js";
import { Told } from "./Told.js";

interface Given {
  email: string;
  password: string;
  account?: string;
  totp?: string;
}

/** Where people come in: password, a second factor, one of several accounts, or the provider. */
export function LoginPage() {
  const { t } = useTranslation("auth");
  const { next, login_error: refusal, over } = useSearch({ from: "/login" });
  const [given, setGiven] = useState<Given>({ email: "", password: "" });
  const [step, setStep] = useState<Outcome["step"]>("wrong");
  const [accounts, setAccounts] = useState<AccountChoice[]>([]);
  const [told, setTold] = useState<string | null>(refusal ? t(refusal) : over ? t("sessionOver") : null);
  const [busy, setBusy] = useState(false);
  const enter = useEnter(next);
  const sentence = useSentence();

  const attempt = async (more: Partial<Given>): Promise<void> => {
    const all = { ...given, ...more };
    setGiven(all);
    setBusy(true);
    setTold(null);
    try {
      const outcome = await logIn(all);
      if (outcome.step === "in") return enter();
      if (outcome.step === "account") setAccounts(outcome.accounts);
      if (outcome.step === "wrong") setTold(t("wrong"));
      if (outcome.step === "code" && outcome.wrong) setTold(t("codeWrong"));
      setStep(outcome.step);
    } catch (error) {
      setTold(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const restart = (): void => {
    setStep("wrong");
    setTold(null);
    setGiven({ email: given.email, password: "" });
  };

  if (step === "code") return <CodeStep told={told} busy={busy} confirm={(totp) => void attempt({ totp })} back={restart} />;
  if (step === "account") return <AccountStep told={told} busy={busy} accounts={accounts} choose={(account) => void attempt({ account })} back={restart} />;
  return <PasswordStep told={told} given={given} busy={busy} attempt={attempt} />;
}

/** Goes to where the person wanted to go, with nothing left of who was here before. */
function useEnter(next: string | undefined): () => void {
  const queries = useQueryClient();
  const { history, basepath } = useRouter();
  return () => {
    queries.clear();
    // Below our own address only: nobody is led elsewhere by a link to the login.
    history.replace(basepath + (next?.startsWith("/") ? next : "/inbox"));
  };
}

function PasswordStep({ told, given, busy, attempt }: { told: string | null; given: Given; busy: boolean; attempt: (more: Partial<Given>) => Promise<void> }) {
  const { t } = useTranslation("auth");
  const [email, setEmail] = useState(given.email);
  const [password, setPassword] = useState("");
  const { data: methods } = useQuery({ queryKey: keys.methods, queryFn: () => answer(api.GET("/auth/methods")) });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void attempt({ email, password });
  };
  return (
    <AuthPage title={t("logInTitle")} hint={t("logInHint")}>
      {told ? <Told>{told}</Told> : null}
      <form className={style.form} onSubmit={submit}>
        <TextInput label={t("email")} type="email" name="email" autoComplete="username" required withAsterisk={false} autoFocus value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <PasswordInput label={t("password")} name="password" autoComplete="current-password" required withAsterisk={false} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
        <Button type="submit" fullWidth loading={busy}>
          {t("logIn")}
        </Button>
      </form>
      {methods?.oidc ? (
        <>
          <div className={style.or}>{t("or")}</div>
          <Button component="a" href="/v2/auth/oidc" variant="default" fullWidth>
            {t("withProvider")}
          </Button>
        </>
      ) : null}
      <div className={style.foot}>
        <Link to="/reset">{t("forgot")}</Link>
      </div>
    </AuthPage>
  );
}

import { Button, PasswordInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";
import { blame, useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { ago } from "../ui/time.js";
import { FormSection } from "../ui/FormSection.js";
import { Icon } from "../ui/Icon.js";
import { Monitor, Smartphone } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { SecondFactor } from "./SecondFactor.js";

/** Password, second factor, and where one is logged in. */
export function SecurityTab() {
  return (
    <>
      <Password />
      <SecondFactor />
      <Sessions />
    </>
  );
}

function Password() {
  const { t } = useTranslation("settings");
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useAct(() => api.POST("/auth/password", { body: { current, new: next } }), {
    says: t("passwordChanged"),
    stale: [keys.sessions],
    then: () => {
      setCurrent("");
      setNext("");
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.mutate(undefined);
  };
  return (
    <FormSection title={t("password")} hint={t("passwordHint")}>
      <form onSubmit={submit} className={parts.stack}>
        <PasswordInput label={t("currentPassword")} autoComplete="current-password" value={current} error={blame(change.error, "current")} onChange={(event) => setCurrent(event.currentTarget.value)} />
        <PasswordInput label={t("newPassword")} description={t("newPasswordHint")} autoComplete="new-password" value={next} error={blame(change.error, "new")} onChange={(event) => setNext(event.currentTarget.value)} />
        <div>
          <Button type="submit" variant="default" loading={change.isPending} disabled={!current || [...next].length < 8}>
            {t("changePassword")}
          </Button>
        </div>
      </form>
    </FormSection>
  );
}

function Sessions() {
  const { t } = useTranslation("settings");
  const query = useQuery({ queryKey: keys.sessions, queryFn: ({ signal }) => every((query) => answer(api.GET("/auth/sessions", { params: { query }, signal }))) });
  const endOthers = useAct(() => api.DELETE("/auth/sessions"), { says: t("othersEnded"), stale: [keys.sessions] });
  return (
    <FormSection
      title={t("sessions")}
      hint={t("sessionsHint")}
      actions={
        <Button variant="default" loading={endOthers.isPending} disabled={(query.data?.data.length ?? 0) < 2} onClick={() => endOthers.mutate(undefined)}>
          {t("endOthers")}
        </Button>
      }
    >
      <Loaded query={query}>
        {({ data }) => (
          <Rows label={t("sessions")}>
            {data.map((session) => (
              <Session key={session.id} session={session} />
            ))}
          </Rows>
        )}
      </Loaded>
    </FormSection>
  );
}

/** A browser's name out of what it says of itself. */
export function browserOf(agent: string): string {
  const browser = [/Edg(A|iOS)?\//, /OPR\/|OPT\//, /Firefox\/|FxiOS\//, /SamsungBrowser\//, /Chrome\/|CriOS\//, /Safari\//].findIndex((pattern) => pattern.test(agent));
  const system = [/iPhone|iPad/, /Android/, /Windows/, /Mac OS X/, /CrOS/, /Linux/].findIndex((pattern) => pattern.test(agent));
  const names = [["Edge", "Opera", "Firefox", "Samsung Internet", "Chrome", "Safari"][browser], ["iOS", "Android", "Windows", "macOS", "ChromeOS", "Linux"][system]];
  return names.filter(Boolean).join(" · ") || agent.slice(0, 60);
}

function Session({ session }: { session: Schemas["Session"] }) {
  const { t } = useTranslation("settings");
  const end = useAct(() => api.DELETE("/auth/sessions/{id}", { params: { path: { id: session.id } } }), { stale: [keys.sessions] });
  const name = browserOf(session.user_agent);
  return (
    <Row lead={<Icon of={/iOS|Android/.test(name) ? Smartphone : Monitor} size={20} />} title={<bdi>{name || "—"}</bdi>} sub={`${session.ip} · ${t("lastSeen", { when: ago(session.last_seen_at) })}`}>
      {session.current ? (
        <Chip tone="good">{t("thisBrowser")}</Chip>
      ) : (
        <Button variant="subtle" color="red" loading={end.isPending} onClick={() => end.mutate(undefined)} aria-label={`${t("endSession")}: ${name}`}>
          {t("endSession")}
        </Button>
      )}
    </Row>
  );
}

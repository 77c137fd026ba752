import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "../session/me.js";
import { demoOf } from "../sites/Install.js";
import { sitesQuery } from "../sites/site.js";
import { CopyField } from "../ui/CopyField.js";
import { Icon } from "../ui/Icon.js";
import { BookOpen, Bot, Check, ExternalLink, Globe, UserPlus } from "../ui/icons.js";
import { Page } from "../ui/Page.js";
import style from "./guide.module.css";
import { useFirst } from "./progress.js";

/** The way from nothing to the first real message that was answered. */
export function GuidePage() {
  const { t } = useTranslation("guide");
  const { user } = useMe();
  const admin = useMay("admin:write");
  const { data: first } = useFirst();
  const { data: sites } = useQuery({ ...sitesQuery, enabled: admin });
  const site = sites?.data[0];
  const wrote = Boolean(first?.conversation);
  const answered = first?.answered ?? false;
  const done = [wrote, wrote, answered].filter(Boolean).length;
  return (
    <Page title={t("title", { name: user.name.split(" ")[0] ?? user.name })} hint={t("hint")} width="text">
      <progress className={style.progress} max={3} value={done} aria-label={t("progress")} />
      <ol className={style.steps}>
        <Step number={1} title={t("install")} hint={t("installHint")} done={wrote}>
          {site ? <CopyField label={t("snippet")} value={site.snippet} hidden /> : null}
        </Step>
        <Step number={2} title={t("write")} hint={t("writeHint")} done={wrote}>
          <Button component="a" href={site ? demoOf(site) : "/demo"} target="_blank" rel="noreferrer" variant={wrote ? "default" : "filled"} leftSection={<Icon of={ExternalLink} size={15} />}>
            {t("openDemo")}
          </Button>
        </Step>
        <Step number={3} title={t("answer")} hint={answered ? t("answerDone") : wrote ? t("answerHint") : t("answerWaits")} done={answered}>
          {first?.conversation ? (
            <Button component={Link} to={`/inbox/${first.conversation.id}`} variant={answered ? "default" : "filled"}>
              {t("openConversation")}
            </Button>
          ) : null}
        </Step>
      </ol>
      {answered ? (
        <p className={style.finished} role="status">
          <Icon of={Check} /> {t("finished")}
        </p>
      ) : null}
      {admin ? <Further /> : null}
    </Page>
  );
}

function Step({ number, title, hint, done, children }: { number: number; title: string; hint: string; done: boolean; children?: ReactNode }) {
  const { t } = useTranslation("guide");
  return (
    <li className={style.step} data-done={done}>
      <span className={style.number} aria-hidden="true">
        {done ? <Icon of={Check} size={15} /> : number}
      </span>
      <div className={style.words}>
        <h2 className={style.title}>
          {title}
          {done ? <span className="unseen"> ({t("done")})</span> : null}
        </h2>
        <p className={style.hint}>{hint}</p>
        {children}
      </div>
    </li>
  );
}

const further = [
  { to: "/settings/sites", label: "look", icon: Globe },
  { to: "/settings/team", label: "team", icon: UserPlus },
  { to: "/knowledge", label: "article", icon: BookOpen },
  { to: "/settings/assistants", label: "assistant", icon: Bot },
] as const;

function Further() {
  const { t } = useTranslation("guide");
  return (
    <section>
      <h2 className={style.title}>{t("then")}</h2>
      <ul className={style.further}>
        {further.map(({ to, label, icon }) => (
          <li key={to}>
            <Link to={to} className={style.door ?? ""}>
              <Icon of={icon} size={18} />
              {t(label)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

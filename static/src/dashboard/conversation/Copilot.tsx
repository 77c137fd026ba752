import { Button, Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { acts, useActs } from "../inbox/acts.js";
import { useHotkeys } from "../ui/hotkeys.js";
import { Icon } from "../ui/Icon.js";
import { Sparkles, X } from "../ui/icons.js";
import { useNotify } from "../ui/notify.js";
import style from "./composer.module.css";
import { Markdown } from "../ui/Markdown.js";

/** What the copilot said: a summary, labels to put on, or what a draft rests on. */
type Told = { kind: "summary"; content: string } | { kind: "labels"; labels: string[] } | { kind: "draft"; content: string; citations: Schemas["Citation"][] };

/** Help with an answer: a draft to edit, a summary, labels. Nothing of it is sent by itself. */
export function Copilot({ conversation: { id }, empty, use, focus }: { conversation: Schemas["Conversation"]; empty: boolean; use: (text: string) => void; focus: () => void }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const notify = useNotify();
  const [told, setTold] = useState<{ id: string; said: Told } | null>(null);
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => void (here.current = false);
  }, []);
  const ask = useMutation({
    mutationFn: async (kind: Told["kind"]): Promise<Told> => {
      const params = { path: { id } };
      if (kind === "summary") return { kind, ...(await answer(api.POST("/conversation/{id}/summary", { params }))) };
      if (kind === "labels") return { kind, ...(await answer(api.POST("/conversation/{id}/suggest-labels", { params }))) };
      return { kind, ...(await answer(api.POST("/conversation/{id}/suggest", { params, body: {} }))) };
    },
    onSuccess: (said) => {
      // Whoever went elsewhere meanwhile finds the field as it was left.
      if (!here.current) return;
      // A draft goes into an empty field at once; what somebody wrote is never replaced unasked.
      if (said.kind === "draft" && empty) {
        use(said.content);
        focus();
        if (said.citations.length === 0) return;
      }
      setTold({ id, said });
    },
    onError: (error) => (error instanceof ApiError && error.code === 409 ? notify.conflict(t("copilotNothing"), "") : notify.failed(error)),
  });
  const asking = useRef(false);
  const want = (kind: Told["kind"]): void => {
    if (asking.current) return;
    asking.current = true;
    ask.mutate(kind, { onSettled: () => (asking.current = false) });
  };
  useHotkeys([
    { keys: "mod+j", label: t("suggestReply"), group: "conversation", run: () => want("draft"), everywhere: true },
    { keys: "g u", label: t("summarise"), group: "conversation", run: () => want("summary") },
  ]);
  return (
    <>
      <Menu position="top-start">
        <Menu.Target>
          <Button variant="subtle" size="compact-sm" leftSection={<Icon of={Sparkles} size={15} />} loading={ask.isPending}>
            {t("copilot")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => want("draft")}>{t("suggestReply")}</Menu.Item>
          <Menu.Item onClick={() => want("summary")}>{t("summarise")}</Menu.Item>
          <Menu.Item onClick={() => want("labels")}>{t("suggestLabels")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {told && told.id === id ? <Card id={id} said={told.said} close={() => setTold(null)} use={use} focus={focus} /> : null}
    </>
  );
}

function Card({ id, said, close, use, focus }: { id: string; said: Told; close: () => void; use: (text: string) => void; focus: () => void }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { run } = useActs();
  return (
    <section className={style.card} aria-label={t("copilot")}>
      <header>
        <Icon of={Sparkles} size={14} />
        <h3>{t(`copilot_${said.kind}`)}</h3>
        <button type="button" onClick={close} aria-label={t("shell:close")}>
          <Icon of={X} size={14} />
        </button>
      </header>
      {said.kind === "labels" ? (
        <div className={style.cardActs}>
          {said.labels.length === 0 ? t("noLabelsFit") : null}
          {said.labels.map((name) => (
            <Button key={name} variant="default" size="compact-sm" onClick={() => void run(id, acts.label(id, [name], "add")).then((done) => done && close())}>
              + <bdi>{name}</bdi>
            </Button>
          ))}
        </div>
      ) : (
        <Markdown>{said.content}</Markdown>
      )}
      {said.kind === "draft" ? (
        <div className={style.cardActs}>
          <Button
            variant="light"
            size="compact-sm"
            onClick={() => {
              use(said.content);
              focus();
              close();
            }}
          >
            {t("useDraft")}
          </Button>
          {said.citations.map(({ title, article }) => (
            <bdi key={article} className={style.citation}>
              {title}
            </bdi>
          ))}
        </div>
      ) : null}
    </section>
  );
}

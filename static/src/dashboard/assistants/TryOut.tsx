import { ActionIcon, Button, TextInput } from "@mantine/core";
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { Icon } from "../ui/Icon.js";
import { ArrowUp, RotateCcw } from "../ui/icons.js";
import { Markdown } from "../ui/Markdown.js";
import { ask, type Assistant, type Turn } from "./assistant.js";
import style from "./assistants.module.css";

interface Line {
  who: "you" | "assistant";
  text: string;
  sources?: string[];
}

/** A chat with the assistant, with the saved draft in place of what is published. Each is a session of its own. */
export function TryOut({ assistant, unsaved }: { assistant: Assistant; unsaved: boolean }) {
  const { t } = useTranslation("assistants");
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [session, setSession] = useState<string | null>(null);
  const foot = useRef<HTMLDivElement>(null);
  const reset = (): void => {
    setLines([]);
    setSession(null);
  };
  const send = useAct(
    async (input: string) => {
      const { systemPrompt, firstMessage, variables, model } = assistant;
      const { model: name, temperature, maxTokens } = model;
      const overrides = { systemPrompt, firstMessage, variableValues: variables, model: { ...(name ? { model: name } : {}), ...(temperature === null ? {} : { temperature }), ...(maxTokens === null ? {} : { maxTokens }) } };
      const id = session ?? (await ask<{ session: { id: string } }>("POST", "/sessions", { name: t("tryOut"), assistantId: assistant.id, expirationSeconds: 3600 })).session.id;
      setSession(id);
      return (await ask<{ chat: Turn }>("POST", "/chats", { sessionId: id, input, assistantOverrides: overrides })).chat;
    },
    { then: ({ output, citations }) => setLines((before) => [...before, { who: "assistant", text: output.map(({ content }) => content).join("\n\n"), sources: (citations ?? []).map(({ title }) => title) }]) },
  );
  useEffect(() => {
    // In braces: what scrolling gives is a promise in newer browsers, and no clean-up.
    foot.current?.scrollIntoView({ block: "nearest" });
  }, [lines, send.isPending]);
  const say = (text: string): void => {
    setLines((before) => [...before, { who: "you", text }]);
    send.mutate(text);
  };
  const published = assistant.publishedAt !== null;
  return (
    <aside className={style.tryOut} aria-label={t("tryOut")}>
      <header className={style.tryHead}>
        <h3>{t("tryOut")}</h3>
        <ActionIcon aria-label={t("startAgain")} onClick={reset} disabled={lines.length === 0}>
          <Icon of={RotateCcw} size={15} />
        </ActionIcon>
      </header>
      <div className={style.tryLog} role="log" aria-label={t("tryOut")} tabIndex={0}>
        {assistant.firstMessage ? <Said line={{ who: "assistant", text: filled(assistant) }} /> : null}
        {lines.map((line, i) => (
          <Said key={i} line={line} />
        ))}
        {send.isPending ? <p className={style.thinking}>{t("thinking")}</p> : null}
        {!published ? <p className={style.thinking}>{t("publishFirst")}</p> : lines.length === 0 ? <p className={style.thinking}>{unsaved ? t("trySaved") : t("tryHint")}</p> : null}
        <div ref={foot} />
      </div>
      <Ask disabled={!published || send.isPending} say={say} />
    </aside>
  );
}

/** The first message with its variables filled in, as visitors get it. */
export const filled = ({ firstMessage, variables }: Pick<Assistant, "firstMessage" | "variables">): string => firstMessage.replace(/\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g, (_, name: string) => variables[name] ?? "");

function Said({ line }: { line: Line }) {
  const { t } = useTranslation("assistants");
  return (
    <div className={style.said} data-who={line.who} dir="auto">
      <span className="unseen">{line.who === "you" ? t("youSaid") : t("itSaid")}</span>
      {line.who === "assistant" ? <Markdown under={3}>{line.text}</Markdown> : line.text}
      {line.sources?.length ? (
        <p className={style.sources}>
          {line.sources.map((title) => (
            <Chip key={title}>{title}</Chip>
          ))}
        </p>
      ) : null}
    </div>
  );
}

function Ask({ disabled, say }: { disabled: boolean; say: (text: string) => void }) {
  const { t } = useTranslation("assistants");
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (disabled || !text.trim()) return;
    say(text.trim());
    setText("");
  };
  return (
    <form className={style.ask} onSubmit={submit}>
      <TextInput aria-label={t("question")} placeholder={t("question")} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Button type="submit" aria-label={t("send")} disabled={disabled || !text.trim()}>
        <Icon of={ArrowUp} />
      </Button>
    </form>
  );
}

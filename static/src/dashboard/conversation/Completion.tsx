import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useCanned, useTeam } from "../inbox/team.js";
import { Avatar } from "../ui/Avatar.js";
import style from "./composer.module.css";
import type { Trigger } from "./completion.js";

/** One proposal: what it is called, and what it puts in. */
export interface Proposal {
  key: string;
  title: string;
  hint?: string;
  by: string;
}

const most = 8;

/** What fits the word that is being typed. */
export function useProposals(trigger: Trigger | null): Proposal[] {
  const canned = useCanned();
  const team = useTeam();
  if (!trigger) return [];
  const word = trigger.word.toLocaleLowerCase();
  if (trigger.kind === "mention") {
    return team.filter(({ name }) => name.toLocaleLowerCase().includes(word)).slice(0, most).map(({ id, name }) => ({ key: id, title: name, by: `@${name} ` }));
  }
  return canned
    .filter(({ shortcut, content }) => shortcut.toLocaleLowerCase().includes(word) || content.toLocaleLowerCase().includes(word))
    .sort((a, b) => Number(b.shortcut.startsWith(word)) - Number(a.shortcut.startsWith(word)))
    .slice(0, most)
    .map(({ id, shortcut, content }) => ({ key: id, title: `/${shortcut}`, hint: content, by: content }));
}

/** The proposals above the field; the field keeps the focus, and its keys choose. */
export function Proposals({ id, kind, proposals, active, choose, hover }: { id: string; kind: Trigger["kind"]; proposals: Proposal[]; active: number; choose: (proposal: Proposal) => void; hover: (i: number) => void }) {
  const { t } = useTranslation("conversation");
  useEffect(() => {
    // In braces: what scrolling gives is a promise in newer browsers, and no clean-up.
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [id, active]);
  return (
    <div id={id} role="listbox" aria-label={t(kind === "canned" ? "cannedReplies" : "colleagues")} className={style.proposals}>
      {proposals.map((proposal, i) => (
        <div
          key={proposal.key}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          className={style.proposal}
          onMouseMove={() => hover(i)}
          onMouseDown={(event) => {
            event.preventDefault();
            choose(proposal);
          }}
        >
          {kind === "mention" ? <Avatar name={proposal.title} size={22} /> : null}
          <bdi className={style.proposalTitle}>{proposal.title}</bdi>
          {proposal.hint ? <span className={style.proposalHint}>{proposal.hint}</span> : null}
        </div>
      ))}
    </div>
  );
}

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { useAhead } from "../conversation/ahead.js";
import { useDesk } from "../live/LiveProvider.js";
import { useStore } from "../live/store.js";
import { useExcerpts } from "./excerpts.js";
import style from "./list.module.css";
import { Row } from "./Row.js";
import type { Selection } from "./selection.js";

interface ListProps {
  total: number;
  row: (i: number) => Schemas["Conversation"] | undefined;
  see: (from: number, to: number) => void;
  open: string | undefined;
  selection: Selection;
  /** What is searched for. */
  find: string | undefined;
}

const rowHeight = 76;

/** The list itself: of any length, with only what is in sight in the page. */
export function List({ total, row, see, open, selection, find }: ListProps) {
  const { t } = useTranslation("inbox");
  const scroll = useRef<HTMLDivElement>(null);
  const typing = useStore(useDesk().typing);
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 8, getItemKey: (i) => row(i)?.id ?? i });
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = items.at(-1)?.index ?? 0;
  useEffect(() => see(from, to), [see, from, to]);
  const ahead = useAhead();
  const excerpts = useExcerpts(find);
  const at = useIndexOf(open, row, from, to);
  useEffect(() => {
    if (at !== null) virtual.scrollToIndex(at, { align: "auto" });
  }, [open]);
  return (
    <div ref={scroll} id="conversations" className={style.scroll} role="region" aria-label={t("list")} tabIndex={0} onPointerMove={({ target, pointerType }) => ahead(pointerType === "mouse" ? under(target) : undefined)} onPointerLeave={() => ahead(undefined)} onFocus={({ target }) => ahead(under(target))}>
      <div className={style.tall} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const conversation = row(item.index);
          return (
            <div key={item.key} className={style.slot} style={{ height: item.size, transform: `translateY(${item.start}px)` }}>
              {conversation ? (
                <Row
                  conversation={conversation}
                  open={conversation.id === open}
                  selected={selection.has(conversation.id)}
                  selecting={selection.size > 0}
                  typing={typing.get(conversation.id)}
                  select={selection.toggle}
                  find={find}
                  excerpt={excerpts.get(conversation.id)}
                />
              ) : (
                <Ghost />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The conversation at which somebody points. */
const under = (target: EventTarget): string | undefined => (target instanceof Element ? target.closest<HTMLElement>("[data-conversation]")?.dataset.conversation : undefined);

/** Where the open conversation stands, if that is near what is in sight. */
function useIndexOf(id: string | undefined, row: ListProps["row"], from: number, to: number): number | null {
  if (!id) return null;
  for (let i = Math.max(0, from - 50); i <= to + 50; i++) if (row(i)?.id === id) return i;
  return null;
}

/** A row that is still on its way. */
export const Ghost = () => (
  <div className={style.ghost} aria-hidden="true">
    <span />
    <div>
      <span style={{ width: "45%" }} />
      <span style={{ width: "85%" }} />
    </div>
  </div>
);

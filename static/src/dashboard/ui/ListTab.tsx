import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Dialog } from "./Dialog.js";
import { EmptyState } from "./EmptyState.js";
import { Icon } from "./Icon.js";
import { Plus } from "./icons.js";
import { Loaded } from "./Loaded.js";
import { Rows } from "./Rows.js";
import { TabHead } from "./TabHead.js";

interface ListTabProps<One> {
  query: UseQueryResult<{ data: readonly One[] }>;
  title: string;
  hint: string;
  /** What stands there while there is none. */
  icon: LucideIcon;
  none: string;
  /** How one is made: the word on the button, which is the window's title, and the form in it. */
  create?: { word: string; size?: string; form: (close: () => void) => ReactNode };
  /** What stands above the list. */
  tools?: ReactNode;
  /** Draws one. */
  children: (one: One) => ReactNode;
}

/** A tab of the settings that is a list, with a window for a new one. */
export function ListTab<One>({ query, title, hint, icon, none, create, tools, children }: ListTabProps<One>) {
  const [creating, setCreating] = useState(false);
  const close = (): void => setCreating(false);
  const add = create ? (
    <Button leftSection={<Icon of={Plus} />} onClick={() => setCreating(true)}>
      {create.word}
    </Button>
  ) : null;
  return (
    <>
      <TabHead title={title} hint={hint} actions={add} />
      {tools}
      <Loaded query={query}>
        {({ data }) => (data.length > 0 ? <Rows label={title}>{data.map(children)}</Rows> : <EmptyState icon={icon} title={none} hint={hint} />)}
      </Loaded>
      {create ? (
        <Dialog opened={creating} onClose={close} title={create.word} size={create.size ?? "md"}>
          {create.form(close)}
        </Dialog>
      ) : null}
    </>
  );
}

import { useEffect } from "react";
import { useConversationCounts } from "../inbox/list.js";
import { showUnread } from "../ui/favicon.js";
import { countInTitle } from "../ui/title.js";

/** Says in the title and the icon of whatever page how many conversations wait to be read: one's own, and nobody's. */
export function useUnreadShown(): void {
  const unread = useConversationCounts()?.unread ?? 0;
  useEffect(() => {
    countInTitle(unread);
    showUnread(unread > 0);
  }, [unread]);
  // Who logs out leaves no number behind.
  useEffect(
    () => () => {
      countInTitle(0);
      showUnread(false);
    },
    [],
  );
}

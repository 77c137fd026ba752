import { Push } from "../shared/push.js";
import { pushBrowser } from "./pushbrowser.js";

export { takeConversation, watchNotifications } from "./arrival.js";

/** Web push, where this page may have it. */
export function push(): Push | null {
  const browser = pushBrowser();
  return browser && new Push(browser);
}

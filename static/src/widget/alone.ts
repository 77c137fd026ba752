export { takeConversation, watchNotifications } from "./arrival.js";
export { pushBrowser } from "./pushbrowser.js";

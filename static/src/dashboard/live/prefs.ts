import { keepChoice } from "../ui/keep.js";
import { Store } from "./store.js";

/** What a person wants to be told of, in this browser. */
export interface NoticePrefs {
  desktop: boolean;
  sound: boolean;
}

const key = "parley.notices";

function read(): NoticePrefs {
  try {
    return { desktop: false, sound: false, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<NoticePrefs>) };
  } catch {
    return { desktop: false, sound: false };
  }
}

/** The choice, followed by whoever shows or heeds it. */
export const noticePrefs = new Store<NoticePrefs>(read());

/** Chooses what to be told of; desktop notices need the browser's leave, and stay off without. */
export async function chooseNotices(change: Partial<NoticePrefs>): Promise<NoticePrefs> {
  const next = { ...noticePrefs.get(), ...change };
  if (change.desktop) next.desktop = "Notification" in globalThis && (await Notification.requestPermission()) === "granted";
  keepChoice(key, JSON.stringify(next));
  noticePrefs.set(next);
  return next;
}

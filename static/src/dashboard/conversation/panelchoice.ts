import { keepChoice, keptChoice } from "../ui/keep.js";

const key = "parley.panel";

/** Whether the person wants the panel beside conversations. */
export const wantsPanel = (): boolean => keptChoice(key) !== "0";

/** Remembers it for this browser. */
export const rememberPanel = (open: boolean): void => keepChoice(key, open ? "1" : "0");

const key = "parley.panel";

/** Whether the person wants the panel beside conversations. */
export const wantsPanel = (): boolean => localStorage.getItem(key) !== "0";

/** Remembers it for this browser. */
export const rememberPanel = (open: boolean): void => localStorage.setItem(key, open ? "1" : "0");

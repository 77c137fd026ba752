import { useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import style from "./shell.module.css";

let place: HTMLElement | null = null;
const listeners = new Set<() => void>();
const take = (element: HTMLElement | null): void => {
  place = element;
  for (const tell of listeners) tell();
};

/** The room in the navigation that the open area may fill: the inbox puts its views there. */
export const NavSlot = () => <div ref={take} className={style.slot} />;

/** Puts something into the navigation's room for as long as it is there. */
export function InNav({ children }: { children: React.ReactNode }) {
  const element = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => place,
  );
  return element ? createPortal(children, element) : null;
}

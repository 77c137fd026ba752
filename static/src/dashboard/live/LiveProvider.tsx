import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { keys } from "../api/keys.js";
import { useMe } from "../session/me.js";
import { useSandbox } from "../session/sandbox.js";
import { LiveDesk } from "./desk.js";
import { useNotices } from "./notices.js";
import { useStore } from "./store.js";

const Context = createContext<LiveDesk | null>(null);

/** Holds the line for all that is drawn below it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const sandbox = useSandbox();
  const { user } = useMe();
  const desk = useMemo(() => new LiveDesk(queries, user.id, sandbox, () => void queries.invalidateQueries({ queryKey: keys.me })), [queries, user.id, sandbox]);
  useEffect(() => {
    desk.open();
    return () => desk.close();
  }, [desk]);
  useNotices(desk);
  return <Context.Provider value={desk}>{children}</Context.Provider>;
}

/** What is live about the desk. */
export function useDesk(): LiveDesk {
  const desk = useContext(Context);
  if (!desk) throw new Error("useDesk is for what is drawn below the shell");
  return desk;
}

/** How the line stands. */
export const useLinkState = () => useStore(useDesk().state);

/** Who is at the desk. */
export const useTeamPresence = () => useStore(useDesk().team);

import { whenSignedOut } from "../api/client.js";
import type { newRouter } from "../router.js";

/**
 * Leads to the login when a session ends elsewhere. Drafts are kept by the browser, so nothing is lost. At
 * the first load it is the guard of the desk that asks.
 */
export function leaveWhenSignedOut(router: ReturnType<typeof newRouter>): void {
  whenSignedOut(() => {
    const at = router.state.resolvedLocation;
    if (!at || at.pathname === "/login") return;
    void router.navigate({ to: "/login", search: { next: at.pathname + at.searchStr, over: true } });
  });
}

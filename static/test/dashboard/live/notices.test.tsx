import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { chooseNotices, noticePrefs } from "../../../src/dashboard/live/prefs.js";
import { open } from "../fake/open.js";
import { conversation, id } from "../fake/rows.js";

afterEach(() => {
  vi.unstubAllGlobals();
  noticePrefs.set({ desktop: false, sound: false });
});

/** A browser whose notices are caught. */
function notices(permission: "granted" | "denied" = "granted") {
  const shown: { title: string; options: NotificationOptions; onclick: (() => void) | null; close: () => void }[] = [];
  class Fake {
    static requestPermission = async () => permission;
    onclick: (() => void) | null = null;
    close = () => undefined;
    constructor(
      readonly title: string,
      readonly options: NotificationOptions,
    ) {
      shown.push(this);
    }
  }
  vi.stubGlobal("Notification", Fake);
  return shown;
}

const received = { id: "evt_1", type: "message.received", timestamp: "", pos: 11, data: { conversation_id: id("conv", 1), message_id: id("msg", 5), content: "Hello?", sent_at: "2026-01-25T15:00:00.000000Z", sent_by: "contact", contact: { full_name: "Jane Doe" }, conversation: { assigned_to: null } } };

test("who looks elsewhere is told on the desktop, and a click leads there", async () => {
  const shown = notices();
  await chooseNotices({ desktop: true });
  const app = open("/inbox", (server) => {
    server.conversations = [conversation(1)];
  });
  await screen.findByText("Visitor 1");
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  act(() => void app.sockets.welcome(10));
  act(() => app.sockets.last.receive(received));
  hidden.mockRestore();
  expect(shown.map(({ title, options }) => [title, options.body, options.tag])).toEqual([["Jane Doe", "Hello?", id("conv", 1)]]);
  act(() => shown[0]?.onclick?.());
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/inbox/${id("conv", 1)}`));
});

test("who looks at the page is not told on the desktop", async () => {
  const shown = notices();
  await chooseNotices({ desktop: true });
  const app = open("/inbox");
  await screen.findByText("A quiet moment");
  act(() => void app.sockets.welcome(10));
  act(() => app.sockets.last.receive(received));
  expect(shown).toEqual([]);
});

test("without the browser's leave desktop notices stay off, and the choice says so", async () => {
  notices("denied");
  expect(await chooseNotices({ desktop: true })).toEqual({ desktop: false, sound: false });
  expect(noticePrefs.get().desktop).toBe(false);
});

test("the choice is kept in the browser", async () => {
  await chooseNotices({ sound: true });
  expect(JSON.parse(localStorage.getItem("parley.notices") ?? "{}")).toEqual({ desktop: false, sound: true });
});

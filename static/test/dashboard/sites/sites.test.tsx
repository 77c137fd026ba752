import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { fieldName } from "../../../src/dashboard/sites/Prechat.js";
import { colors } from "../../../src/dashboard/sites/Look.js";
import { wishOf } from "../../../src/dashboard/sites/Preview.js";
import { inkOn, type Wish } from "../../../src/shared/bridge.js";
import { assistant, site } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { id, page } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";

/** The page of a site, whose changes stay. */
function openSite(change = {}) {
  let row = site(1, change);
  return open(`/settings/sites/${row.id}`, (server) => {
    server.on("GET /v2/sites/:id", () => row);
    server.on("PATCH /v2/sites/:id", ({ body }) => (row = { ...row, ...(body as object) }));
    server.on("GET /api/assistants", () => [assistant(1), assistant(2, { name: "Unborn", publishedAt: null, status: "draft" })]);
  });
}

const saved = async (app: ReturnType<typeof open>) => {
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  return app.server.asked("PATCH /v2/sites/:id").at(-1)?.body;
};

test("sites are listed, and a new one shows its secret once", async () => {
  const app = open("/settings/sites", (server) => {
    server.on("GET /v2/sites", () => page([site(1, { allowed_origins: ["https://shop.example"] })]));
    server.on("POST /v2/sites", () => site(2, { identity_secret: "ids_3vT0" }));
    server.on("GET /v2/sites/:id", () => site(2));
    server.on("GET /api/assistants", () => []);
  });
  expect(await screen.findByText("https://shop.example")).toBeTruthy();
  await app.user.click(screen.getByRole("button", { name: "New site" }));
  await app.user.type(within(await screen.findByRole("dialog")).getByLabelText("Name"), "Second{Enter}");
  expect(await screen.findByText("ids_3vT0")).toBeTruthy();
  await app.user.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/settings/sites/${id("site", 2)}`));
  await waitFor(() => expect(screen.queryByText("ids_3vT0")).toBeNull());
});

test("what people wrote stands in its own direction, in a form of any direction", async () => {
  openSite();
  for (const name of ["Name", "Greeting", "Automatic reply"]) expect((await screen.findByLabelText(name)).getAttribute("dir"), name).toBe("auto");
});

test("white is read on every colour that is offered", () => {
  for (const color of colors) expect(inkOn(color), color).toBe("#ffffff");
});

/** What the frame of the preview is told, from its hello on. */
async function heard() {
  const frame = (await screen.findByTitle("The widget of this site")) as HTMLIFrameElement;
  const messages: { type: string; wish: Wish; stored?: object; open?: boolean }[] = [];
  const inside = { postMessage: vi.fn((text: string, origin: string, [port]: MessagePort[]) => {
    expect([text, origin]).toEqual(["parley:port", location.origin]);
    if (port) port.onmessage = ({ data }) => messages.push(data as (typeof messages)[number]);
    tell = (message) => port?.postMessage(message);
  }) };
  let tell: (message: object) => void = () => undefined;
  Object.defineProperty(frame, "contentWindow", { configurable: true, value: inside });
  fireEvent.load(frame);
  await waitFor(() => expect(messages).toHaveLength(1));
  return { frame, messages, tell: (message: object) => tell(message) };
}

test("the preview is the site's own widget, which hears of the form before anything is saved", async () => {
  const app = openSite();
  const { frame, messages } = await heard();
  expect(frame.getAttribute("src")).toBe("/widget?site_key=pk_live_1");
  // Nothing of whoever looks is lent to it: it finds no conversation, and the cursor stays in the form.
  expect(messages[0]).toMatchObject({ type: "hello", stored: {}, open: false, wish: { color: "#2f6fed", pinned: false, theme: { greeting: "Hi there!" } } });
  fireEvent.change(screen.getByLabelText("Greeting"), { target: { value: "Good day" } });
  await app.user.click(screen.getByRole("button", { name: "#c2255c" }));
  await waitFor(() => expect(messages.at(-1)).toMatchObject({ type: "wish", wish: { color: "#c2255c", theme: { color: "#c2255c", greeting: "Good day" } } }));
  expect(app.server.asked("PATCH /v2/sites/:id")).toHaveLength(0);
  expect(await saved(app)).toEqual({ greeting: "Good day", theme: { color: "#c2255c", position: "right" } });
});

test("the widget's own button closes the preview, and the launcher opens it again", async () => {
  const app = openSite();
  const { frame, tell } = await heard();
  tell({ type: "close" });
  await app.user.click(await screen.findByRole("button", { name: "Open the preview" }));
  expect(frame.hidden).toBe(false);
  await app.user.click(screen.getByRole("button", { name: "Close the preview" }));
  expect(frame.hidden).toBe(true);
});

test("a saved form is another document of the widget, which asks for its settings anew", async () => {
  const app = openSite();
  const { frame } = await heard();
  app.server.on("PATCH /v2/sites/:id", ({ body }) => {
    const row = site(1, { ...(body as object), updated_at: "2026-01-26T00:00:00.000000Z" });
    app.server.on("GET /v2/sites/:id", () => row);
    return row;
  });
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Renamed" } });
  await saved(app);
  await waitFor(() => expect(screen.getByTitle("The widget of this site")).not.toBe(frame));
});

test("a language that is chosen is insisted on, and none is left to the visitor's browser", () => {
  expect(wishOf(site(1, { locale: "ar", greeting: " " }))).toEqual({ locale: "ar", pinned: true, color: "#2f6fed", theme: { color: "#2f6fed" } });
  expect(wishOf(site(1)).pinned).toBe(false);
});

test("what is changed back is not sent", async () => {
  const app = openSite();
  await app.user.click(await screen.findByRole("button", { name: "#c2255c" }));
  fireEvent.change(screen.getByLabelText("Another colour"), { target: { value: "#2f6fed" } });
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});

test("an emptied automatic reply is none", async () => {
  const app = openSite();
  await app.user.clear(await screen.findByLabelText(/Automatic reply/));
  expect(await saved(app)).toEqual({ auto_reply: null });
});

test("an assistant that is published can answer here", async () => {
  const app = openSite();
  await app.user.click(await screen.findByRole("combobox", { name: "Assistant" }));
  expect(screen.queryByRole("option", { name: "Unborn" })).toBeNull();
  await app.user.click(await screen.findByRole("option", { name: "Clay" }));
  expect(await saved(app)).toEqual({ assistant: id("asst", 1) });
});

test("origins, survey, minutes and identity", async () => {
  const app = openSite();
  await app.user.type(await screen.findByRole("combobox", { name: /Allowed addresses/ }), "https://www.example.com{Enter}");
  await app.user.click(screen.getByLabelText(/^Ask for a rating/));
  fireEvent.change(screen.getByLabelText(/E-mail unread answers/), { target: { value: "5" } });
  await app.user.click(screen.getByLabelText(/^Only signed-in visitors/));
  expect(await saved(app)).toEqual({ allowed_origins: ["https://www.example.com"], survey: false, notice_minutes: 5, identity_required: true });
});

test("an origin that the server refuses is said where it stands", async () => {
  const app = openSite();
  app.server.on("PATCH /v2/sites/:id", () => new Refusal(400, "invalid_input", "Not an origin: nonsense", { field: "allowed_origins[0]" }));
  await app.user.type(await screen.findByRole("combobox", { name: /Allowed addresses/ }), "nonsense{Enter}");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Not an origin: nonsense")).toBeTruthy();
});

test("office hours: spans come and go, days may have two, holidays too", async () => {
  const app = openSite();
  await app.user.click(await screen.findByLabelText("We answer at certain hours"));
  const monday = screen.getByRole("group", { name: "Monday" });
  fireEvent.change(within(monday).getByLabelText("Monday: closes"), { target: { value: "12:30" } });
  await app.user.click(screen.getByRole("button", { name: "Add hours: Monday" }));
  await app.user.click(screen.getByRole("button", { name: "Add hours: Tuesday" }));
  await app.user.click(screen.getByRole("button", { name: "Delete: Tuesday 09:00–17:00" }));
  fireEvent.change(screen.getByLabelText("Day without answers"), { target: { value: "2026-12-25" } });
  await app.user.click(screen.getByRole("button", { name: "Add holiday" }));
  expect(await saved(app)).toEqual({
    office_hours: {
      enabled: true,
      time_zone: "Europe/Vienna",
      days: [
        { weekday: 1, opens: "09:00", closes: "12:30" },
        { weekday: 1, opens: "13:00", closes: "18:00" },
      ],
      holidays: ["2026-12-25"],
    },
  });
});

test("the last minute of a day is its end", async () => {
  const app = openSite({ office_hours: { enabled: true, time_zone: "UTC", days: [{ weekday: 5, opens: "09:00", closes: "17:00" }], holidays: ["2026-01-01"] } });
  fireEvent.change(await screen.findByLabelText("Friday: closes"), { target: { value: "23:59" } });
  await app.user.click(screen.getByRole("button", { name: "Delete: 2026-01-01" }));
  expect(await saved(app)).toMatchObject({ office_hours: { days: [{ weekday: 5, closes: "24:00" }], holidays: [] } });
});

test("questions before the chat are added, named and removed", async () => {
  const app = openSite({ prechat: { fields: [{ name: "old", label: "Old", type: "text", required: true }] } });
  await app.user.click(await screen.findByRole("button", { name: "Delete: Old" }));
  await app.user.click(screen.getByRole("button", { name: "Add question" }));
  const group = screen.getByRole("group", { name: "Order number" });
  await app.user.clear(within(group).getByLabelText("Field"));
  await app.user.type(within(group).getByLabelText("Field"), "order");
  await app.user.click(within(group).getByLabelText("Required"));
  expect(await saved(app)).toEqual({ prechat: { fields: [{ name: "order", label: "Order number", type: "text", required: true }] } });
});

test("a new identity secret is made after a question, and shown once", async () => {
  const app = openSite();
  app.server.on("POST /v2/sites/:id/rotate-identity-secret", () => site(1, { identity_secret: "ids_new" }));
  await app.user.click(await screen.findByRole("button", { name: "New secret" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "New secret" }));
  expect(await screen.findByText("ids_new")).toBeTruthy();
});

test("a site with conversations is not deleted, and says why", async () => {
  const app = openSite();
  app.server.on("DELETE /v2/sites/:id", () => new Refusal(409, "conflict", "Conversations began on this site"));
  await app.user.click(await screen.findByRole("button", { name: "Delete site" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("Conversations began on this site")).toBeTruthy();
});

test("the demo page opens with the site's own widget", async () => {
  openSite();
  expect((await screen.findByRole("link", { name: "Try it on the demo page" })).getAttribute("href")).toBe("/demo?site_key=pk_live_1");
});

test("fields get names of their own", () => {
  expect(fieldName("Order number!", [])).toBe("order_number");
  expect(fieldName("注文", ["field"])).toBe("field_2");
  expect(fieldName("2nd", [])).toBe("f_2nd");
});

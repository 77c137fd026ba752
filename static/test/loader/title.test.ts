// @vitest-environment happy-dom
import { expect, onTestFinished, test } from "vitest";
import type { ToHost } from "../../src/shared/bridge.js";
import { eventually } from "../fake/eventually.js";
import { load, setup } from "./setup.js";

/** A customer's page with this head, and the chat's end of the port. */
async function shop(head: string) {
  const page = setup();
  document.head.innerHTML = head;
  onTestFinished(() => void (document.head.innerHTML = ""));
  page.call("open");
  const end = load(page.frame() as HTMLIFrameElement);
  await end.hears(1);
  return { ...page, end };
}

/** Told last, it shows that what was told before has been heard. */
const look: ToHost = { type: "look", color: "#123456", side: "left", labels: { open: "Auf", close: "Zu", unread: "", frame: "" } };

const title = () => document.querySelector("title") as HTMLTitleElement;
const reads = (text: string) => eventually(() => expect(title().textContent).toBe(text));

test("the title makes room for a word of the chat and is then what it was, to the blank", async () => {
  const { end } = await shop("<title>  Bowls | A\u00a0shop </title>");
  end.tell({ type: "title", text: "1 unread message" });
  await reads("1 unread message");
  end.tell({ type: "title" });
  await reads("  Bowls | A\u00a0shop ");
});

test("a page that names itself anew meanwhile keeps the new name", async () => {
  const { end } = await shop("<title>Bowls</title>");
  end.tell({ type: "title", text: "1 unread message" });
  await reads("1 unread message");
  document.title = "Vases";
  end.tell({ type: "title" });
  end.tell({ type: "title", text: "2 unread messages" });
  await reads("2 unread messages");
  end.tell({ type: "title" });
  await reads("Vases");
});

test("a framework that puts another title element in its place is left alone", async () => {
  const { end, label } = await shop("<title>Bowls</title>");
  end.tell({ type: "title", text: "1 unread message" });
  await reads("1 unread message");
  document.head.innerHTML = "<title>Vases</title>";
  end.tell({ type: "title" });
  end.tell(look);
  await eventually(() => expect(label()).toBe("Zu"));
  expect(title().textContent).toBe("Vases");
});

test("a page without a title, and a title in a picture, are left as they are", async () => {
  const { end, label } = await shop("<meta charset=utf-8>");
  document.body.insertAdjacentHTML("beforeend", "<svg><title>A bowl</title></svg>");
  end.tell({ type: "title", text: "1 unread message" });
  end.tell(look);
  await eventually(() => expect(label()).toBe("Zu"));
  expect(document.head.querySelector("title")).toBeNull();
  expect(document.querySelector("svg title")?.textContent).toBe("A bowl");
});

test("the team is told the page's own title, not the word in its place", async () => {
  const { end, call } = await shop("<title>Bowls</title>");
  end.tell({ type: "title", text: "1 unread message" });
  await reads("1 unread message");
  call("track");
  await end.hears(2);
  expect(end.heard[1]).toMatchObject({ type: "page", page: { title: "Bowls" } });
});

test("shutdown in the middle gives the title back", async () => {
  const { end, call } = await shop("<title>Bowls</title>");
  end.tell({ type: "title", text: "1 unread message" });
  await reads("1 unread message");
  call("shutdown");
  end.tell({ type: "wiped" });
  await reads("Bowls");
});

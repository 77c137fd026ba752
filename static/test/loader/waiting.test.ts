// @vitest-environment happy-dom
// What a visitor has while the frame does not come: never the browser's own error page, and always a way back.
import { expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../fake/eventually.js";
import { load, setup } from "./setup.js";

/** The page's clock in the test's hand. */
function clock() {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  return (seconds: number) => void vi.advanceTimersByTime(seconds * 1_000);
}

test("until the frame's first word the box waits without it, and the focus stays at the launcher", async () => {
  const { button, frame, box, call } = setup();
  const [launcher, panel] = [vi.spyOn(button(), "focus"), vi.fn()];
  call("open");
  expect([box()?.dataset["waits"], box()?.dataset["closed"]]).toEqual(["", undefined]);
  expect(launcher).toHaveBeenCalledOnce();
  (frame() as HTMLIFrameElement).focus = panel;
  load(frame() as HTMLIFrameElement);
  await eventually(() => expect(box()?.dataset).not.toHaveProperty("waits"));
  expect(panel).toHaveBeenCalledOnce();
});

test("who went on with the page meanwhile is left there", async () => {
  const { frame, box, call } = setup();
  const panel = vi.fn();
  call("open");
  (frame() as HTMLIFrameElement).focus = panel;
  const field = document.body.appendChild(document.createElement("input"));
  field.focus();
  load(frame() as HTMLIFrameElement);
  await eventually(() => expect(box()?.dataset).not.toHaveProperty("waits"));
  expect(panel).not.toHaveBeenCalled();
});

test("a frame without an answer is fetched anew when the network is back, and stays as open as it was", () => {
  const { root, box, frame, call } = setup();
  call("open");
  const silent = frame();
  window.dispatchEvent(new Event("online"));
  expect(frame()).not.toBe(silent);
  expect(box()?.dataset).not.toHaveProperty("closed");
  expect(root().querySelectorAll("dialog")).toHaveLength(1);
});

test("a network that comes back fetches nothing for who did not act", () => {
  const { frame } = setup();
  window.dispatchEvent(new Event("online"));
  expect(frame()).toBeNull();
});

test("it is fetched anew after 8 seconds, 16 and 32, so that a slow network gets its time", () => {
  const pass = clock();
  const { frame, call } = setup();
  call("open");
  const fetched: number[] = [];
  let seen = frame();
  for (let second = 1; second <= 40; second++) {
    pass(1);
    if (frame() !== seen) fetched.push(second);
    seen = frame();
  }
  expect(fetched).toEqual([8, 16, 32]);
});

test("a frame that answered is never fetched anew", async () => {
  const pass = clock();
  const { frame, box, call } = setup();
  call("open");
  load(frame() as HTMLIFrameElement);
  await eventually(() => expect(box()?.dataset).not.toHaveProperty("waits"));
  const answered = frame();
  pass(40);
  window.dispatchEvent(new Event("online"));
  expect(frame()).toBe(answered);
});

test("a frame that loads another document waits for its word again, and gets the time of a first one", async () => {
  const pass = clock();
  const { frame, box, call } = setup();
  const waits = () => "waits" in (box()?.dataset ?? {});
  call("open");
  const silent = frame();
  load(silent as HTMLIFrameElement);
  await eventually(() => expect(waits()).toBe(false));
  pass(100);
  silent?.dispatchEvent(new Event("load"));
  expect(waits()).toBe(true);
  pass(7);
  expect(frame()).toBe(silent);
  pass(1);
  expect(frame()).not.toBe(silent);
  load(frame() as HTMLIFrameElement);
  await eventually(() => expect(waits()).toBe(false));
});

test("after shutdown nothing is fetched any more", () => {
  const pass = clock();
  const { before, call } = setup();
  call("open");
  call("shutdown");
  window.dispatchEvent(new Event("online"));
  pass(40);
  expect(document.documentElement.outerHTML).toBe(before);
});

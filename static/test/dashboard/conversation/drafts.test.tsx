import { act, renderHook } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { draftPlace, hasDraft, useDraft } from "../../../src/dashboard/conversation/drafts.js";
import { giveBack } from "../../../src/dashboard/conversation/giveback.js";
import type { Outgoing } from "../../../src/dashboard/conversation/outbox.js";

const file = { id: "att_1", filename: "a.png", content_type: "image/png", size: 3, width: null, height: null, url: "/v2/attachments/att_1" };
const refused = (change: Partial<Outgoing> = {}): Outgoing => ({ key: "k", conversation: "conv_1", content: "First", internal: false, attachments: [file], at: "", state: "refused", ...change });

test("a draft is there again wherever the field is drawn anew, and gone when it is empty", () => {
  const first = renderHook(() => useDraft("me", "conv_1", "reply"));
  act(() => first.result.current[1]({ text: "Half" }));
  first.unmount();
  const second = renderHook(() => useDraft("me", "conv_1", "reply"));
  expect(second.result.current[0].text).toBe("Half");
  expect(hasDraft("me", "conv_1")).toBe(true);
  act(() => second.result.current[1]({ text: "" }));
  expect(localStorage.length).toBe(0);
  expect(hasDraft("me", "conv_1")).toBe(false);
});

test("one field shows each conversation's draft from the first drawing on", () => {
  const { result, rerender } = renderHook(({ of }: { of: string }) => useDraft("me", of, "reply"), { initialProps: { of: "conv_1" } });
  act(() => result.current[1]({ text: "for one" }));
  rerender({ of: "conv_2" });
  expect(result.current[0].text).toBe("");
  rerender({ of: "conv_1" });
  expect(result.current[0].text).toBe("for one");
});

test("what comes late goes to the draft it was meant for", () => {
  const { result, rerender } = renderHook(({ of }: { of: string }) => useDraft("me", of, "reply"), { initialProps: { of: "conv_1" } });
  const [, late] = result.current;
  rerender({ of: "conv_2" });
  act(() => late((now) => ({ attachments: [...now.attachments, file] })));
  expect(JSON.parse(localStorage.getItem(draftPlace("me", "conv_1", "reply")) ?? "{}")).toMatchObject({ attachments: [{ id: "att_1" }] });
  expect(localStorage.getItem(draftPlace("me", "conv_2", "reply"))).toBeNull();
});

test("what is broken in the storage is no draft, and breaks nothing", () => {
  localStorage.setItem(draftPlace("me", "conv_1", "note"), "{");
  expect(renderHook(() => useDraft("me", "conv_1", "note")).result.current[0]).toEqual({ text: "", attachments: [] });
});

test("what was refused goes before what was begun meanwhile, a note to the notes", () => {
  localStorage.setItem(draftPlace("me", "conv_1", "reply"), JSON.stringify({ text: "Second" }));
  giveBack("me", refused());
  expect(JSON.parse(localStorage.getItem(draftPlace("me", "conv_1", "reply")) ?? "{}")).toEqual({ text: "First\n\nSecond", attachments: [file] });
  giveBack("me", refused({ internal: true, attachments: [] }));
  expect(JSON.parse(localStorage.getItem(draftPlace("me", "conv_1", "note")) ?? "{}")).toEqual({ text: "First", attachments: [] });
});

test("where the storage takes nothing, words and files are kept all the same", () => {
  const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("Full", "QuotaExceededError");
  });
  try {
    const { result, unmount } = renderHook(() => useDraft("me", "conv_9", "reply"));
    act(() => result.current[1]({ text: "Typed" }));
    act(() => result.current[1]((now) => ({ attachments: [...now.attachments, file] })));
    expect(result.current[0]).toEqual({ text: "Typed", attachments: [file] });
    unmount();
    giveBack("me", refused({ conversation: "conv_9", attachments: [] }));
    expect(renderHook(() => useDraft("me", "conv_9", "reply")).result.current[0]).toEqual({ text: "First\n\nTyped", attachments: [file] });
  } finally {
    full.mockRestore();
  }
});

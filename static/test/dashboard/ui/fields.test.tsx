import { act, fireEvent, renderHook, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "../../../src/dashboard/api/errors.js";
import { blame, useAct, useOnce } from "../../../src/dashboard/ui/act.js";
import { ConfirmDialog } from "../../../src/dashboard/ui/ConfirmDialog.js";
import { CopyField } from "../../../src/dashboard/ui/CopyField.js";
import { Dialog, DialogForm } from "../../../src/dashboard/ui/Dialog.js";
import { ErrorState } from "../../../src/dashboard/ui/ErrorState.js";
import { type Hotkey, listenForHotkeys, spell, useHotkeys } from "../../../src/dashboard/ui/hotkeys.js";
import { useNotify } from "../../../src/dashboard/ui/notify.js";
import { Pager } from "../../../src/dashboard/ui/Pager.js";
import { Row, Rows } from "../../../src/dashboard/ui/Rows.js";
import { SearchInput } from "../../../src/dashboard/ui/SearchInput.js";
import { SecretDialog } from "../../../src/dashboard/ui/SecretDialog.js";
import { backAt, dialog, press, said } from "../fake/hands.js";
import { draw, ground } from "../fake/ground.js";

afterEach(() => vi.useRealTimers());
const refused = (field: string | null, code = 400, message = "No") => new ApiError({ code, kind: "invalid_input", message, details: field ? { field } : {} });

test("a slow page does not take back what was typed since it was asked for", () => {
  vi.useFakeTimers();
  const onSearch = vi.fn();
  const part = (value: string) => <SearchInput label="Search" value={value} onSearch={onSearch} />;
  const view = draw(part(""));
  const field = screen.getByRole<HTMLInputElement>("searchbox");
  const type = (value: string) => fireEvent.change(field, { target: { value } });
  type("ab");
  act(() => vi.advanceTimersByTime(250));
  type("abc");
  view.rerender(part("ab"));
  expect(field.value).toBe("abc");
  act(() => vi.advanceTimersByTime(250));
  expect(onSearch.mock.calls).toEqual([["ab"], ["abc"]]);
  view.rerender(part("abc"));
  // The way back in the browser is somebody else's word, and counts.
  view.rerender(part("ab"));
  expect(field.value).toBe("ab");
});

test("a search that is left before it was asked for is not asked for", () => {
  vi.useFakeTimers();
  const onSearch = vi.fn();
  const view = draw(<SearchInput label="Search" value="" onSearch={onSearch} />);
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "ab" } });
  view.unmount();
  vi.advanceTimersByTime(1000);
  expect(onSearch).not.toHaveBeenCalled();
});

test.each([
  [1, 25, null],
  [1, 26, "1–25 of 26"],
  [2, 26, "26–26 of 26"],
  [41, 1025, "1,001–1,025 of 1,025"],
])("page %d of %d rows says %s, and turns no further than there are", (page, total, text) => {
  draw(<Pager page={page} total={total} onPage={vi.fn()} />);
  if (text === null) return expect(screen.queryByRole("navigation")).toBeNull();
  expect(screen.getByText(text)).toBeTruthy();
  const [back, on] = screen.getAllByRole<HTMLButtonElement>("button");
  expect([back?.disabled, on?.disabled]).toEqual([page === 1, page * 25 >= total]);
});

/** A button that opens something over the page. */
function Opens({ children }: { children: (opened: boolean, close: () => void) => React.ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpened(true)}>
        Open
      </button>
      {children(opened, () => setOpened(false))}
    </>
  );
}

const windows = {
  question: (opened: boolean, close: () => void) => <ConfirmDialog opened={opened} onClose={close} title="Sure?" confirm="Erase" act={() => Promise.resolve()} children="Gone for good" />,
  form: (opened: boolean, close: () => void) => (
    <Dialog opened={opened} onClose={close} title="Sure?">
      <DialogForm act={{ mutate: vi.fn(), isPending: false }} word="Go" ready onClose={close}>
        <input aria-label="First" data-autofocus />
      </DialogForm>
    </Dialog>
  ),
  secret: (opened: boolean, close: () => void) => <SecretDialog title="Sure?" label="Key" secret={opened ? "sk" : null} onClose={close} />,
};

test.each([
  ["question", "Cancel"],
  ["form", "First"],
  ["secret", "I have kept it"],
] as const)("a %s takes the focus to %s, has a name, and gives the focus back where it was opened", async (kind, first) => {
  const user = userEvent.setup();
  draw(<Opens>{windows[kind]}</Opens>);
  const opener = screen.getByRole("button", { name: "Open" });
  await user.click(opener);
  const box = await dialog("Sure?");
  expect(box.getAttribute("aria-modal")).toBe("true");
  const [target] = [...box.querySelectorAll<HTMLElement>("button, input")].filter((one) => (one.getAttribute("aria-label") ?? one.textContent) === first);
  await waitFor(() => expect(document.activeElement).toBe(target));
  await user.keyboard("{Escape}");
  await backAt(opener);
});

test("a question is in danger of no Enter: the way out is chosen first", async () => {
  const erase = vi.fn(() => Promise.resolve());
  const user = userEvent.setup();
  draw(<Opens>{(opened, close) => <ConfirmDialog opened={opened} onClose={close} title="Sure?" confirm="Erase" act={erase} children="Gone" />}</Opens>);
  await user.click(screen.getByRole("button", { name: "Open" }));
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Cancel"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(erase).not.toHaveBeenCalled();
});

test("a click beside a secret leaves it open: it cannot be shown again", async () => {
  const onClose = vi.fn();
  draw(<SecretDialog title="Your key" label="Key" secret="sk_1" onClose={onClose} />);
  await dialog("Your key");
  fireEvent.mouseDown(document.querySelector(".mantine-Modal-inner") as Element);
  fireEvent.click(document.querySelector(".mantine-Modal-inner") as Element);
  expect(onClose).not.toHaveBeenCalled();
});

test("a form that is not ready sends nothing, by Enter neither", async () => {
  const mutate = vi.fn();
  draw(<DialogForm act={{ mutate, isPending: false }} word="Go" ready={false} onClose={vi.fn()} children={<input aria-label="First" />} />);
  fireEvent.submit(screen.getByLabelText("First").closest("form") as HTMLFormElement);
  expect(mutate).not.toHaveBeenCalled();
});

test("a question whose answer fails says why, stays, and may be answered again", async () => {
  const erase = vi.fn().mockRejectedValueOnce(refused(null, 409, "Still in use")).mockResolvedValueOnce(undefined);
  draw(<Opens>{(opened, close) => <ConfirmDialog opened={opened} onClose={close} title="Sure?" confirm="Erase" act={erase} children="Gone" />}</Opens>);
  await press("Open");
  await dialog("Sure?");
  await press("Erase");
  await said("Still in use");
  await waitFor(() => expect(screen.getByRole("button", { name: "Erase", hidden: true }).hasAttribute("data-loading")).toBe(false));
  await press("Erase");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("notices of one kind are told once, of several kinds each, and can be closed by name", async () => {
  const { result } = renderHook(() => useNotify(), { wrapper: ground() });
  act(() => {
    result.current.failed(refused(null, 403));
    result.current.failed(refused(null, 403));
    result.current.failed(new TypeError("x is undefined"));
    result.current.done("Saved");
  });
  for (const text of ["You may not do this. Ask an admin of your team.", "Something went wrong on our side.", "Saved"]) expect((await said(text)).textContent).toBe(text);
  expect(screen.getAllByRole("alert")).toHaveLength(3);
  expect(screen.getAllByRole("button", { name: "Close" })).toHaveLength(3);
  expect(screen.queryByText(/undefined/)).toBeNull();
});

test.each([
  [0, "", "The server cannot be reached. Check your connection."],
  [403, "Scope admin:write is missing", "You may not do this. Ask an admin of your team."],
  [404, "", "It is not there, or no longer."],
  [404, "Site not found", "It is not there, or no longer."],
  [409, "This name is taken", "This name is taken"],
  [413, "", "Something went wrong on our side."],
  [429, "Slow down", "Too many requests. Wait a moment and try again."],
  [503, "dial tcp 10.0.0.7", "Something went wrong on our side."],
])("an error of code %d that says “%s” is told as “%s”, and only a failure of ours has a reference", (code, message, text) => {
  draw(<ErrorState error={new ApiError({ code, kind: "x", message, requestId: "req_7" })} />);
  expect(screen.getByRole("alert").textContent).toBe(`That did not work${text}${code >= 500 ? "Reference: req_7" : ""}`);
  expect(screen.queryByRole("button")).toBeNull();
});

/** A form with one field that shows what is wrong with it. */
function Blames({ act: go, field }: { act: () => Promise<unknown>; field: string }) {
  const save = useAct(go);
  return (
    <>
      <button type="button" onClick={() => save.mutate(undefined)}>
        Save
      </button>
      <p data-testid="field">{blame(save.error, field)}</p>
    </>
  );
}

test("a refusal is either at its field or in a notice: never in both, never in none", async () => {
  const errors = [refused("name", 400, "at the field"), refused("theme.color", 400, "in a notice"), refused(null, 400, "of the whole")];
  const view = draw(<Blames act={() => Promise.reject(errors.shift())} field="name" />);
  const field = () => screen.getByTestId("field").textContent;
  await press("Save");
  await waitFor(() => expect(field()).toBe("at the field"));
  expect(screen.queryByRole("alert")).toBeNull();
  await press("Save");
  await said("in a notice");
  expect(field()).toBe("");
  await press("Save");
  await said("of the whole");
  view.unmount();
});

test("words have a key as long as they are the same words", () => {
  const { result, rerender } = renderHook(({ words }) => useOnce(words, "sms"), { initialProps: { words: { text: "a" } } });
  const key = result.current;
  rerender({ words: { text: "a" } });
  expect(result.current).toBe(key);
  rerender({ words: { text: "b" } });
  expect(result.current).not.toBe(key);
});

test("what is to be copied can be reached and read by the keyboard, from left to right in any language", async () => {
  draw(<CopyField label="Snippet" value="<script src='x'>" />, "rtl");
  await userEvent.setup().tab();
  expect(document.activeElement?.textContent).toBe("<script src='x'>");
  expect((document.activeElement as HTMLElement).dir).toBe("ltr");
});

test("a row has its words and its acts, and no empty places", () => {
  draw(<Rows label="Things">{[<Row key="a" title="One" />, <Row key="b" title="Two" sub="more" children={<button type="button">Act</button>} />]}</Rows>);
  const [one, two] = screen.getAllByRole("listitem");
  expect([one?.querySelectorAll("div").length, two?.textContent]).toEqual([2, "TwomoreAct"]);
});

const press_ = (key: string, init: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...init });

test.each([
  ["k", {}, "k"],
  ["K", { shiftKey: true }, "k"],
  ["k", { metaKey: true }, "mod+k"],
  ["?", { shiftKey: true }, "?"],
  ["Enter", { shiftKey: true }, "shift+Enter"],
  ["ن", { ctrlKey: true, code: "KeyK" }, "mod+k"],
  ["ш", { code: "KeyI" }, "i"],
  ["ç", { code: "Semicolon" }, "ç"],
  ["q", { code: "KeyA" }, "q"], // a French keyboard writes q where an English one has a
] as const)("the key that writes %s, pressed with %o, is %s", (key, init, spelt) => expect(spell(press_(key, init))).toBe(spelt));

test("hotkeys keep out of fields, menus, dialogs and input methods, and the newest of a key wins", () => {
  const ran: string[] = [];
  const hotkey = (keys: string, name: string, everywhere = false): Hotkey => ({ keys, label: name, group: "general", run: () => ran.push(name), everywhere });
  renderHook(() => useHotkeys([hotkey("n", "old"), hotkey("g c", "pair"), hotkey("mod+k", "palette", true)]));
  const newer = renderHook(() => useHotkeys([hotkey("n", "new")]));
  const stop = listenForHotkeys();
  const inside = (html: string, event: KeyboardEvent) => {
    document.body.innerHTML = html;
    document.body.querySelector("[data-here]")?.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(inside("<p data-here></p>", press_("n"))).toBe(true);
  for (const html of ["<input data-here>", "<textarea data-here></textarea>", "<select data-here></select>", "<div role='menu'><button data-here></button></div>", "<div role='dialog'><p data-here></p></div>"]) expect(inside(html, press_("n")), html).toBe(false);
  inside("<input data-here>", press_("k", { ctrlKey: true }));
  inside("<input type='checkbox' data-here>", press_("n"));
  inside("<p data-here></p>", press_("n", { isComposing: true }));
  inside("<p data-here></p>", press_("n", { altKey: true }));
  newer.unmount();
  inside("<p data-here></p>", press_("n"));
  inside("<p data-here></p>", press_("g"));
  inside("<p data-here></p>", press_("c"));
  stop();
  inside("<p data-here></p>", press_("n"));
  expect(ran).toEqual(["new", "palette", "new", "old", "pair"]);
});

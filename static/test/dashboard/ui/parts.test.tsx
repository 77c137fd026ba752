import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { onceKey } from "../../../src/dashboard/api/client.js";
import { ApiError } from "../../../src/dashboard/api/errors.js";
import { newQueryClient } from "../../../src/dashboard/api/query.js";
import { blame, useAct } from "../../../src/dashboard/ui/act.js";
import { CopyField } from "../../../src/dashboard/ui/CopyField.js";
import { useDraft } from "../../../src/dashboard/ui/draft.js";
import { Loaded } from "../../../src/dashboard/ui/Loaded.js";
import { Pager } from "../../../src/dashboard/ui/Pager.js";
import { SearchInput } from "../../../src/dashboard/ui/SearchInput.js";
import { SecretDialog } from "../../../src/dashboard/ui/SecretDialog.js";
import { hurry } from "../fake/hands.js";

const queries = newQueryClient();
const Ground = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={queries}>
    <MantineProvider env="test">{children}</MantineProvider>
  </QueryClientProvider>
);
const draw = (part: ReactNode) => render(<Ground>{part}</Ground>);
const refused = (field?: string) => new ApiError({ code: 400, kind: "invalid_input", message: "No", details: field ? { field } : {} });

test("a draft holds changes over the row, and knows those that are none", () => {
  const { result, rerender } = renderHook(({ row }) => useDraft(row), { initialProps: { row: { name: "a", tags: ["x"] } } });
  act(() => result.current.set({ name: "b" }));
  expect(result.current).toMatchObject({ dirty: true, changes: { name: "b" }, value: { name: "b", tags: ["x"] } });
  act(() => result.current.set({ tags: ["x"] }));
  expect(result.current.changes).toEqual({ name: "b" });
  rerender({ row: { name: "b", tags: ["x"] } });
  expect(result.current.dirty).toBe(false);
  act(() => result.current.set({ tags: [] }));
  act(() => result.current.reset());
  expect(result.current.value).toEqual({ name: "b", tags: ["x"] });
});

test("blame finds the field, and its parts, and nothing that only begins alike", () => {
  expect(blame(refused("theme.color"), "theme")).toBe("No");
  expect(blame(refused("origins[0]"), "origins")).toBe("No");
  expect(blame(refused("names"), "name")).toBeUndefined();
  expect(blame(refused(), "name")).toBeUndefined();
  expect(blame(new Error("x"), "name")).toBeUndefined();
});

test("an act reads anew what it made stale before the form lets go", async () => {
  const order: string[] = [];
  const fetched = vi.spyOn(queries, "invalidateQueries").mockImplementation(async () => {
    await Promise.resolve();
    order.push("read");
  });
  const { result } = renderHook(() => useAct(() => Promise.resolve(1), { stale: [["a"], ["b"]], then: () => order.push("then"), reset: () => order.push("reset") }), { wrapper: Ground });
  await act(() => result.current.mutateAsync(undefined));
  expect(order).toEqual(["then", "read", "read", "reset"]);
  expect(fetched).toHaveBeenCalledWith({ queryKey: ["b"] });
  fetched.mockRestore();
});

test("a failed act keeps its error for the form", async () => {
  const { result } = renderHook(() => useAct(() => Promise.reject(refused("name"))), { wrapper: Ground });
  await act(() => result.current.mutateAsync(undefined).catch(() => undefined));
  await waitFor(() => expect(blame(result.current.error, "name")).toBe("No"));
});

test("pages turn within their bounds, and one page needs no pager", async () => {
  const onPage = vi.fn();
  const view = draw(<Pager page={1} total={60} onPage={onPage} />);
  expect(screen.getByText("1–25 of 60")).toBeTruthy();
  expect((screen.getByRole("button", { name: "Previous page" }) as HTMLButtonElement).disabled).toBe(true);
  await userEvent.click(screen.getByRole("button", { name: "Next page" }));
  expect(onPage).toHaveBeenCalledWith(2);
  view.rerender(<Ground><Pager page={1} total={25} onPage={onPage} /></Ground>);
  expect(screen.queryByRole("navigation")).toBeNull();
});

test("what is to be copied is copied whole, and said", async () => {
  const user = userEvent.setup();
  draw(<CopyField label="Snippet" value="<script>" hint="Paste it" />);
  await user.click(screen.getByRole("button", { name: "Copy: Snippet" }));
  expect(await navigator.clipboard.readText()).toBe("<script>");
  expect(await screen.findByRole("button", { name: "Copied: Snippet" })).toBeTruthy();
  expect(screen.getByRole("group", { name: "Snippet" })).toBeTruthy();
});

test("a secret is shown until somebody says that it is kept", async () => {
  const onClose = vi.fn();
  draw(<SecretDialog title="Your key" label="Key" secret="sk_1" onClose={onClose} />);
  expect(await screen.findByText("sk_1")).toBeTruthy();
  expect(screen.getByRole("note").textContent).toContain("shown only now");
  await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(onClose).toHaveBeenCalledOnce();
});

test("a search waits for the end of a word, and follows the address", async () => {
  const onSearch = vi.fn();
  const view = draw(<SearchInput label="Search" value="" onSearch={onSearch} />);
  hurry(screen.getByRole("searchbox"), "abc");
  await waitFor(() => expect(onSearch).toHaveBeenCalledWith("abc"));
  expect(onSearch).toHaveBeenCalledTimes(1);
  view.rerender(<Ground><SearchInput label="Search" value="z" onSearch={onSearch} /></Ground>);
  expect((screen.getByRole("searchbox") as HTMLInputElement).value).toBe("z");
});

test("what was read is drawn, what comes is announced, what failed can be asked again", async () => {
  const refetch = vi.fn();
  const of = (query: object) => <Loaded query={query as never}>{(data: string) => <p>{data}</p>}</Loaded>;
  const view = draw(of({ data: undefined, isError: false }));
  expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  view.rerender(<Ground>{of({ data: undefined, isError: true, error: refused(), refetch })}</Ground>);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(refetch).toHaveBeenCalled();
  view.rerender(<Ground>{of({ data: "here", isError: false })}</Ground>);
  expect(screen.getByText("here")).toBeTruthy();
});

test("on plain http, without a clipboard, a secret is copied all the same", async () => {
  const user = userEvent.setup();
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("No", "NotAllowedError"));
  const copied = vi.fn(() => true);
  Object.assign(document, { execCommand: copied });
  draw(<CopyField label="Secret" value="s3cret" />);
  await user.click(screen.getByRole("button", { name: "Copy: Secret" }));
  expect(await screen.findByRole("button", { name: "Copied: Secret" })).toBeTruthy();
  expect(copied).toHaveBeenCalledWith("copy");
  expect(document.querySelector("textarea")).toBeNull();
});

test("without a secure context calls have keys of their own, too", () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  expect(onceKey()).toMatch(/^[\w-]{22}$/);
  expect(onceKey()).not.toBe(onceKey());
  vi.unstubAllGlobals();
});

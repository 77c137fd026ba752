import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect } from "vitest";

type Within = Pick<typeof screen, "findByLabelText" | "findByRole">;

/** Puts a text into a field at once: for tests that are not about typing. Gives the field. */
export async function put(label: string | RegExp, value: string, within: Within = screen): Promise<HTMLInputElement> {
  const field = await within.findByLabelText<HTMLInputElement>(label, { selector: "input, textarea" });
  fireEvent.change(field, { target: { value } });
  return field;
}

/** Types a text letter by letter, without a pause that a timer could end in, however busy the machine is. */
export function hurry(field: HTMLElement, text: string): void {
  for (let end = 1; end <= text.length; end++) fireEvent.change(field, { target: { value: text.slice(0, end) } });
}

/** Presses a button as soon as it is there. Gives the button. It is found by its name alone: looking at every style above it is slow. */
export async function press(name: string | RegExp, within: Within = screen): Promise<HTMLElement> {
  const button = await within.findByRole("button", { name, hidden: true });
  fireEvent.click(button);
  return button;
}

/** Waits until something is said to everybody, screen readers included. */
export async function said(text: string | RegExp): Promise<HTMLElement> {
  const line = await screen.findByText(text);
  expect(line.closest('[role="alert"], [role="status"]'), `"${String(text)}" is announced`).not.toBeNull();
  return line;
}

/** The dialog that is open. */
export const dialog = (name?: string): Promise<HTMLElement> => screen.findByRole("dialog", name ? { name } : {});

/** Waits for the dialog to be gone, and for the focus to be where the dialog was opened. */
export async function backAt(opener: HTMLElement): Promise<void> {
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(opener));
}

/** Remembers a choice for this browser; where storage is full or forbidden it lasts as long as the page. */
export function keepChoice(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The choice holds here all the same.
  }
}

/** A choice that was made in this browser before. */
export function keptChoice(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

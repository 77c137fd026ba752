/** Has the browser keep a text as a file. */
export function save(name: string, text: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  // Only when the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

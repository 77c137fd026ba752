/** The token of a link of a mail, which stands behind `#token=` so that no server log holds it. */
export function tokenOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token");
}

/** Every time zone that the browser knows by name, with the given one among them. */
export function zones(given: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([given, "UTC", ...known])].filter(Boolean).sort();
}

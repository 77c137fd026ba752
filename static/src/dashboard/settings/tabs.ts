/** The tabs of the settings, in their order. A new one: a line here, a route in routes.ts, a file for it. */
export const tabs = [{ to: "/settings/profile", label: "profile" }] as const;

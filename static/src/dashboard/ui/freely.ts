/**
 * For fields of people's own words: these run in the direction in which they are written. Mantine gives
 * `dir` to what is around a field, where a browser finds no words to go by.
 */
export const freely = { attributes: { input: { dir: "auto" } } } as const;

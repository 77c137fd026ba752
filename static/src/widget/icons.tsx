const paths = {
  close: "M6 9.5l6 6 6-6",
  back: "M14.5 6l-6 6 6 6",
  onward: "M9.5 6l6 6-6 6",
  send: "M12 19V5m-6 6 6-6 6 6",
  attach: "M19.5 11.6l-7.4 7.2a4.6 4.6 0 0 1-6.5-6.5l7.6-7.4a3.1 3.1 0 0 1 4.4 4.4l-7.5 7.3a1.5 1.5 0 0 1-2.2-2.2l6.8-6.6",
  file: "M13.5 4H7.5a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 7.5 20h9a1.5 1.5 0 0 0 1.5-1.5V8.5zm0 0v4.5H18",
  remove: "M7 7l10 10M17 7 7 17",
  star: "M12 4.5l2.3 4.8 5.2.7-3.8 3.7.9 5.3-4.6-2.5L7.4 19l.9-5.3L4.5 10l5.2-.7z",
  talk: "M4 11.5c0-4.1 3.6-7 8-7s8 2.9 8 7-3.6 7-8 7c-1 0-2-.2-2.9-.5L4.5 19.5l1.2-3.4A6.7 6.7 0 0 1 4 11.5z",
  smile: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM8.8 14.2c.8 1.1 1.9 1.7 3.2 1.7s2.4-.6 3.2-1.7M9.4 9.7v.4m5.2-.4v.4",
  more: "M5.5 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zm5.9 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zm5.9 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zm5-2 4 4",
  page: "M6.5 4h11A1.5 1.5 0 0 1 19 5.5v13a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-13A1.5 1.5 0 0 1 6.5 4zM8.5 9h7m-7 3.5h7m-7 3.5h4",
  person: "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 19.5c.7-3.3 3.5-5 7-5s6.3 1.7 7 5",
  spark: "M12 4c.6 4.5 3.5 7.4 8 8-4.5.6-7.4 3.5-8 8-.6-4.5-3.5-7.4-8-8 4.5-.6 7.4-3.5 8-8z",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.2 1.5H4.8zM10 20.5h4",
  sound: "M5 10v4h3l4.5 4V6L8 10zm10.5-1.5a5 5 0 0 1 0 7m2.3-9.3a8 8 0 0 1 0 11.6",
  mail: "M5.5 6h13A1.5 1.5 0 0 1 20 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 16.5v-9A1.5 1.5 0 0 1 5.5 6zm-1 1.5 7.5 5.5 7.5-5.5",
  window: "M13 5h6v6m0-6-8 8M10 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10a1.5 1.5 0 0 0 1.5-1.5V14",
  tick: "M6 12.5l4 4 8-9",
  clock: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zm0-12.5V12l3 2",
  pen: "M5 19l.8-3.8L16.5 4.5l3 3L8.8 18.2zM14.5 6.5l3 3",
};

/** The name of a drawing. */
export type IconName = keyof typeof paths;

/** Drawings that point somewhere turn around with the direction of the text. */
const pointing = new Set<IconName>(["back", "onward", "sound"]);

/** A line drawing. It says nothing by itself: whoever uses it gives the words. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class={pointing.has(name) ? "icon turns" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);

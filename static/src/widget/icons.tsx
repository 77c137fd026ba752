const paths = {
  close: "M6 9.5l6 6 6-6",
  send: "M12 19V5m-6 6 6-6 6 6",
  attach: "M19.5 11.6l-7.4 7.2a4.6 4.6 0 0 1-6.5-6.5l7.6-7.4a3.1 3.1 0 0 1 4.4 4.4l-7.5 7.3a1.5 1.5 0 0 1-2.2-2.2l6.8-6.6",
  file: "M13.5 4H7.5a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 7.5 20h9a1.5 1.5 0 0 0 1.5-1.5V8.5zm0 0v4.5H18",
  remove: "M7 7l10 10M17 7 7 17",
  star: "M12 4.5l2.3 4.8 5.2.7-3.8 3.7.9 5.3-4.6-2.5L7.4 19l.9-5.3L4.5 10l5.2-.7z",
  talk: "M4 11.5c0-4.1 3.6-7 8-7s8 2.9 8 7-3.6 7-8 7c-1 0-2-.2-2.9-.5L4.5 19.5l1.2-3.4A6.7 6.7 0 0 1 4 11.5z",
};

/** A line drawing. It says nothing by itself: whoever uses it gives the words. */
export const Icon = ({ name }: { name: keyof typeof paths }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);

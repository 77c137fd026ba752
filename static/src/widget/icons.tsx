/** A line drawing, which may turn around with the direction of the text. It says nothing by itself: whoever uses it gives the words. */
export const Icon = ({ line, turns }: { line: string; turns?: boolean }) => (
  <svg class={turns ? "icon turns" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
    <path d={line} />
  </svg>
);

// What can be seen of a state: what is cut off, what moves, what is too small to write in, what has no edge.
// Each of these runs inside the frame.

/** Controls that lie outside the window, and cannot be scrolled to. */
export function cutOff() {
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowY);
  const held = (element) => {
    for (let up = element.parentElement; up; up = up.parentElement) if (scrolls(up)) return true;
    return false;
  };
  const controls = document.querySelectorAll("button, a[href], input:not([type=file]), textarea, select, [tabindex='0']");
  const scrollers = [...document.querySelectorAll("main *")].filter(scrolls);
  const found = [...new Set([...controls, ...scrollers])].filter((element) => element.checkVisibility() && !held(element));
  const { innerWidth: width, innerHeight: height } = window;
  return found.flatMap((element) => {
    const { top, left, bottom, right } = element.getBoundingClientRect();
    const inside = top >= 0 && left >= 0 && bottom <= height && right <= width;
    return inside ? [] : [`${element.outerHTML.slice(0, 90)} at ${[left, top, right, bottom].map(Math.round)} of ${width}, ${height}`];
  });
}

/** What moves for longer than a blink, in milliseconds, shadows included. */
export function restless(blink = 10) {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
  const ms = (times) => times.split(", ").map((time) => parseFloat(time) * (time.endsWith("ms") ? 1 : 1000));
  const longest = ({ animationName, animationDuration, animationDelay, animationIterationCount, transitionDuration, transitionDelay }) => {
    const rounds = animationIterationCount.split(", ").map((count) => (count === "infinite" ? Infinity : Number(count)));
    const lasts = animationName === "none" ? 0 : Math.max(...ms(animationDuration)) * Math.max(...rounds) + Math.max(...ms(animationDelay));
    return Math.max(lasts, Math.max(...ms(transitionDuration)) + Math.max(...ms(transitionDelay)));
  };
  const styled = all(document).flatMap((element) => [null, "::before", "::after"].map((part) => [element, part, longest(getComputedStyle(element, part))]));
  const moving = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime > blink);
  return [
    ...styled.filter(([, , time]) => time > blink).map(([element, part, time]) => `${element.outerHTML.slice(0, 60)} ${part ?? ""} ${time} ms`),
    ...moving.map(({ effect }) => `${effect.target?.outerHTML.slice(0, 60)} moves`),
  ];
}

/** Lets nothing fade or move from now on: colours on their way are of neither end. */
export function settle() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** The fields one writes in, with the size of their letters in pixels. */
export function letters() {
  const fields = document.querySelectorAll("input:not([type=file]):not([type=checkbox]):not([type=radio]), textarea, select");
  return [...fields].map((field) => [field.closest("[class]").className, parseFloat(getComputedStyle(field).fontSize)]);
}

/** What stands out by its ground alone where colours are the visitor's own: it needs an edge, or a ground of theirs. */
export function edgeless() {
  const boxes = ".bubble, .strong, .gentle, .send, .card, .popup, .searcher, .to-end, .write, .rating, .sources button, .file, .toggle, .count, .avatar:not(.message > *), .field :is(input, textarea, select):not([type=checkbox]), .search input, [role=tab][aria-selected=true]";
  const drops = ".typing i, .light.on, .toggle, .spinner";
  const edged = (style) => ["Top", "Bottom"].some((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
  const ground = getComputedStyle(document.body).backgroundColor;
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const plain = shown(boxes).filter((element) => !edged(getComputedStyle(element)));
  const lost = shown(drops).filter((element) => getComputedStyle(element).backgroundColor === ground && !edged(getComputedStyle(element)));
  return [...plain, ...lost].map((element) => element.outerHTML.slice(0, 90));
}

/** Whether a line of two pixels runs around what has the focus, or around what it is drawn as. */
export function outlined() {
  const at = document.activeElement;
  const drawn = [at, at.closest(".rating label"), at.closest(".write")].filter(Boolean).map((element) => getComputedStyle(element));
  return drawn.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
}

/** One of each kind of control that is there, as a selector that finds it again. */
export function controls() {
  const all = document.querySelectorAll("button:not([disabled]):not([tabindex='-1']), a[href], input:not([type=file]), textarea, select, [tabindex='0']");
  const kinds = new Map();
  for (const element of all) {
    if (!element.checkVisibility()) continue;
    const role = element.getAttribute("role");
    const kind = `${element.localName} ${element.className || element.closest("[class]").className} ${role ?? element.type ?? ""} ${element.getAttribute("aria-selected") ?? ""}`;
    if (kinds.has(kind)) continue;
    element.dataset.kind = kind;
    kinds.set(kind, `[data-kind="${kind}"]`);
  }
  return [...kinds];
}

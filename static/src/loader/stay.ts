/** Keeps the widget on the page and clear of the keyboard, until a signal; tells when the page changed. */
export function stay(host: HTMLElement, gone: AbortController, changed: () => void): void {
  const page = document.documentElement;
  const view = window.visualViewport;
  /** A visitor who zooms in is left alone. */
  const fit = () => {
    if (!view || view.scale > 1) return;
    host.style.setProperty("--top", `${view.offsetTop}px`);
    host.style.setProperty("--height", `${view.height}px`);
  };
  /** Beside the body: frameworks that put another body in its place leave the chat where it is. */
  const place = () => host.isConnected || page.append(host);
  /** Pages change their language by script, and some sweep away what they do not know. */
  const watch = new MutationObserver(() => {
    place();
    changed();
  });
  view?.addEventListener("resize", fit, gone);
  view?.addEventListener("scroll", fit, gone);
  place();
  watch.observe(page, { attributeFilter: ["lang"], childList: true });
  gone.signal.onabort = () => watch.disconnect();
}

/** Keeps the widget on the page and clear of the keyboard, until a signal; tells at first and whenever the page changed. */
export function stay(host: HTMLElement, gone: AbortController, changed: () => void): void {
  const view = window.visualViewport;
  /** A visitor who zooms in is left alone. */
  const fit = () => {
    if (!view || view.scale > 1) return;
    host.style.setProperty("--top", `${view.offsetTop}px`);
    host.style.setProperty("--height", `${view.height}px`);
  };
  /**
   * Beside the body: frameworks that put another body in its place leave the chat where it is. Some put
   * another root there, which is then the one to look at, or have none for a moment.
   */
  const place = () => {
    const page = document.documentElement as HTMLElement | null;
    if (!page) return;
    if (!host.isConnected) page.append(host);
    watch.observe(page, { attributeFilter: ["lang"], childList: true });
    changed();
  };
  /** Pages change their language by script, and some sweep away what they do not know. */
  const watch = new MutationObserver(place);
  view?.addEventListener("resize", fit, gone);
  view?.addEventListener("scroll", fit, gone);
  watch.observe(document, { childList: true });
  place();
  gone.signal.onabort = () => watch.disconnect();
}

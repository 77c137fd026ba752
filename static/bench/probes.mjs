// What is measured inside the page, and how figures are told.

/** Put into the page: the time from a key or click to the paint of a conversation's messages, and frames. */
export function probes() {
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))));
  const once = (holds) =>
    new Promise((resolve) => {
      if (holds()) return resolve();
      const watch = new MutationObserver(() => {
        if (!holds()) return;
        watch.disconnect();
        resolve();
      });
      watch.observe(document, { subtree: true, childList: true });
    });
  const messages = '[role="log"] [data-side]';
  window.probe = {
    /** From the next key or click until messages stand that did not stand before. */
    opening: async () => {
      for (const element of document.querySelectorAll(messages)) element.dataset.before = "";
      let began = null;
      const note = ({ timeStamp }) => (began ??= timeStamp);
      addEventListener("keydown", note, { capture: true, once: true });
      addEventListener("click", note, { capture: true, once: true });
      await once(() => began !== null && document.querySelector(`${messages}:not([data-before])`));
      return (await painted()) - began;
    },
    /** From the start of the navigation until the list has rows. */
    usable: async () => {
      await once(() => document.querySelector("[data-conversation]"));
      return painted();
    },
    /** Scrolls the list by so many pixels in each frame; gives each frame's length, and the most rows in the page. */
    scroll: async (frames, step) => {
      const list = document.querySelector("[data-conversation]").closest('[role="region"]');
      list.scrollTop = 0;
      const lengths = [];
      let [last, most] = [performance.now(), 0];
      for (let i = 0; i < frames; i++) {
        list.scrollTop += step;
        const now = await new Promise(requestAnimationFrame);
        lengths.push(now - last);
        last = now;
        if (i % 20 === 0) most = Math.max(most, list.firstElementChild.childElementCount);
      }
      return { lengths: lengths.slice(1), most, top: list.scrollTop };
    },
    /** What a conversation costs without a dashboard: its messages, asked for and decoded. */
    fetched: async (id) => {
      const began = performance.now();
      await (await fetch(`/v2/conversation/${id}/messages?order=desc&limit=60&offset=0`)).json();
      return performance.now() - began;
    },
  };
}

/** The value below which that share of the figures lies. */
export function quantile(figures, share) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const ms = (figure) => `${Math.round(figure * 10) / 10} ms`;

/** Median, p95 and number of figures in one line. */
export const told = (figures) => `median ${ms(quantile(figures, 0.5))}, p95 ${ms(quantile(figures, 0.95))}, ${figures.length} times`;

/** What the page asks of the server, and whether it is done with asking. */
export function asking(page) {
  let [open, count, last] = [0, 0, Date.now()];
  let paths = [];
  const ours = (request) => request.url().includes("/v2/") && request.resourceType() === "fetch";
  page.on("request", (request) => {
    if (!ours(request)) return;
    [open, count, last] = [open + 1, count + 1, Date.now()];
    paths.push(`${request.method()} ${new URL(request.url()).pathname.replace(/_[0-9a-z]{26}/g, "_…")}`);
  });
  const over = (request) => ours(request) && ([open, last] = [open - 1, Date.now()]);
  page.on("requestfinished", over);
  page.on("requestfailed", over);
  return {
    /** How many calls there were since the last time, and which. */
    taken: () => {
      const result = { count, paths };
      [count, paths] = [0, []];
      return result;
    },
    /** Waits until nothing was asked for a while. */
    quiet: async (still = 150) => {
      while (open > 0 || Date.now() - last < still) await new Promise((resume) => setTimeout(resume, 20));
    },
  };
}

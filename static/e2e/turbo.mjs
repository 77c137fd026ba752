// What Hotwire's Turbo Drive does to a page on a visit, step by step: its own head is merged into the one
// that stands, another body takes the place of the old one, scripts in it run again, and going back puts a
// kept copy there.

/** Runs in the page. */
export function drive() {
  const kept = new Map();
  const keep = () => kept.set(location.href, document.body.cloneNode(true));
  let here = location.href;

  const activate = (script) => {
    const fresh = document.createElement("script");
    for (const { name, value } of script.attributes) fresh.setAttribute(name, value);
    fresh.textContent = script.textContent;
    return fresh;
  };
  const lasting = (element) => element.matches("script,style,link[rel=stylesheet]");
  const mergeHead = (head) => {
    const known = new Set([...document.head.children].filter(lasting).map(({ outerHTML }) => outerHTML));
    for (const element of [...head.children].filter(lasting)) {
      if (!known.has(element.outerHTML)) document.head.append(element.matches("script") ? activate(element) : element);
    }
    for (const element of [...document.head.children]) if (!lasting(element)) element.remove();
    for (const element of [...head.children]) if (!lasting(element)) document.head.append(element);
  };
  const replaceBody = (body) => {
    document.adoptNode(body);
    for (const script of body.querySelectorAll("script")) script.replaceWith(activate(script));
    document.body.replaceWith(body);
  };
  const render = (page) => {
    document.documentElement.lang = page.documentElement.lang;
    mergeHead(page.head);
    replaceBody(page.body);
  };
  const fetched = async (address) => new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");

  addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    event.preventDefault();
    keep();
    // As Turbo says that a visit is under way.
    document.documentElement.setAttribute("aria-busy", "true");
    history.pushState({ turbo: true }, "", link.href);
    here = link.href;
    // A copy from an earlier visit is shown until the page itself is there.
    if (kept.has(here)) replaceBody(kept.get(here).cloneNode(true));
    render(await fetched(here));
    document.documentElement.removeAttribute("aria-busy");
  });
  addEventListener("popstate", () => {
    kept.set(here, document.body.cloneNode(true));
    here = location.href;
    replaceBody(kept.get(here).cloneNode(true));
  });
}

/** What it does where a visit ends in an error: head and body give way to those of the error's page. */
export function fail() {
  const page = new DOMParser().parseFromString("<!doctype html><title>Gone</title><h1>Gone</h1>", "text/html");
  document.documentElement.replaceChild(document.adoptNode(page.head), document.head);
  document.documentElement.replaceChild(document.adoptNode(page.body), document.body);
}

import { render } from "preact";
import { Client } from "../shared/client.js";
import { App } from "./App.js";
import { wear } from "./looks.js";
import { Start, Talk } from "./parts.js";
import { watchSignals } from "./signal.js";
import { Store } from "./store.js";
import "./style.css";
import { findSurroundings } from "./surroundings.js";
import { watchPage } from "./wake.js";

/** A function, since a module that waits would keep the parts that are fetched later waiting too. */
async function main(): Promise<void> {
  const siteKey = new URLSearchParams(location.search).get("site_key") ?? "";
  // What only a page of its own has is not fetched for frames, which are nearly all.
  const alone = window.parent === window ? await import("./alone.js").catch(() => null) : null;
  const conversation = alone?.takeConversation() ?? null;
  const { world, host, embedded, listen } = await findSurroundings(siteKey);
  const client = new Client({ world, origin: location.origin, siteKey, push: alone && alone.push() });
  if (conversation !== null) client.adopt(conversation);
  const store = new Store({ client, world, host, embedded, siteKey, languages: navigator.languages });

  listen((message) => store.receive(message), () => client.stored());
  watchPage(store);
  alone?.watchNotifications((token) => store.show(token));
  const dress = () => wear({ ...store.theme.value, mode: store.look.value.mode });
  watchSignals(dress);
  dress();
  render(<App store={store} />, document.body);
  host.tell({ type: "here" });
  store.watch();
  // Beside the site's configuration, not after it.
  const needed = store.snapshot.value.phase === "fresh" ? Start : Talk;
  void needed.fetch().catch(() => {});
  void store.begin();
}

void main();

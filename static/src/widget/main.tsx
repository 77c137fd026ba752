import { render } from "preact";
import { Client } from "../shared/client.js";
import { App, Talk } from "./App.js";
import { takeConversation, watchNotifications } from "./arrival.js";
import { wear } from "./looks.js";
import { pushBrowser } from "./pushbrowser.js";
import { watchSignals } from "./signal.js";
import { Store } from "./store.js";
import "./style.css";
import { findSurroundings } from "./surroundings.js";
import { watchPage } from "./wake.js";

/** A function, since a module that waits would keep the parts that are fetched later waiting too. */
async function main(): Promise<void> {
  const siteKey = new URLSearchParams(location.search).get("site_key") ?? "";
  const conversation = takeConversation();
  const { world, host, embedded, listen } = await findSurroundings(siteKey);
  const client = new Client({ world, origin: location.origin, siteKey, push: pushBrowser() });
  if (conversation !== null) client.adopt(conversation);
  const store = new Store({ client, world, host, embedded, siteKey, languages: navigator.languages });

  listen((message) => store.receive(message), () => client.stored());
  watchPage(store);
  watchNotifications((token) => store.show(token));
  const dress = () => wear({ ...store.theme.value, mode: store.look.value.mode });
  watchSignals(dress);
  dress();
  render(<App store={store} />, document.body);
  store.watch();
  const fetchTalk = () => void Talk.fetch().catch(() => {});
  // Who comes back to a conversation needs it at once, who is new before they have written.
  if (store.snapshot.value.phase !== "fresh") fetchTalk();
  void store.begin().then(fetchTalk);
}

void main();

import { render } from "preact";
import { Client } from "../shared/client.js";
import { App } from "./App.js";
import { takeConversation } from "./arrival.js";
import { browserWorld } from "./browser.js";
import { meetHost } from "./host.js";
import { Store } from "./store.js";
import "./style.css";
import { watchPage } from "./wake.js";

const siteKey = new URLSearchParams(location.search).get("site_key") ?? "";
const world = browserWorld();
const client = new Client({ world, origin: location.origin, siteKey });
const host = meetHost((message) => store.receive(message));
const embedded = window.parent !== window;
const store: Store = new Store({ client, world, host, embedded, languages: navigator.languages });

const conversation = takeConversation();
if (conversation !== null) client.adopt(conversation);

watchPage(store);
render(<App store={store} />, document.body);
store.watch();
void store.begin();

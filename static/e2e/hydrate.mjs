// What the shop made with React runs in the browser: it takes the document over when the test says so.
import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { Shop } from "./shop.mjs";

window.complaints = [];
window.hydrate = (told) =>
  hydrateRoot(document, createElement(Shop, { told }), { onRecoverableError: (error) => window.complaints.push(String(error)) });

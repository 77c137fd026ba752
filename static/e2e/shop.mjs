// A shop made with React, whose page is the whole document: on the server rendered, in the browser taken over.
import { createElement as h, useState } from "react";

/** The whole page. What is `told` differs between server and browser where they are to disagree. */
export function Shop({ told = "From the server" }) {
  const [bowls, setBowls] = useState(0);
  const buy = h("button", { id: "buy", onClick: () => setBowls(bowls + 1) }, `Bowls: ${bowls}`);
  const body = h("body", null, h("main", null, h("h1", null, "A shop"), h("p", null, told), buy));
  return h("html", { lang: "en" }, h("head", null, h("title", null, "A shop")), body);
}

import "./theme/global.css";
import "./theme/mantine.css";
import "./theme/tokens.css";
import "./theme/parts.css";
import "@fontsource-variable/inter/wght.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { newQueryClient } from "./api/query.js";
import { App } from "./App.js";
import { startWords, wantedLanguage } from "./i18n/index.js";
import { newRouter } from "./router.js";
import { leaveWhenSignedOut } from "./session/over.js";

const queries = newQueryClient();
const router = newRouter(queries);
leaveWhenSignedOut(router);

await startWords(wantedLanguage());
const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App queries={queries} router={router} />
    </StrictMode>,
  );
}

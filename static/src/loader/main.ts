import { boot } from "./boot.js";

// Only here, while the script runs, does the page say which tag it came from.
boot(document.currentScript as HTMLScriptElement | null);

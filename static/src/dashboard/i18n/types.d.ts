import "i18next";
import type words from "./en/index.js";
import type later from "./en/later.js";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shell";
    resources: typeof words & typeof later;
    returnNull: false;
  }
}

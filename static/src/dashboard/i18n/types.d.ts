import "i18next";
import type words from "./en/index.js";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shell";
    resources: typeof words;
    returnNull: false;
  }
}

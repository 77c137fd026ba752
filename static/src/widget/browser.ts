export { browserWorld } from "../shared/browser.js";

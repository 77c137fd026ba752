import { assistants } from "./assistants.js";
import { channels } from "./channels.js";
import { contacts } from "./contacts.js";
import { integrations } from "./integrations.js";
import { knowledge } from "./knowledge.js";
import { reports } from "./reports.js";
import { settings } from "./settings.js";
import { sites } from "./sites.js";

export default { contacts, knowledge, reports, settings, sites, assistants, integrations, channels };

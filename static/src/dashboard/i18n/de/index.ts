import { assistants } from "./assistants.js";
import { auth } from "./auth.js";
import { contacts } from "./contacts.js";
import { conversation } from "./conversation.js";
import { guide } from "./guide.js";
import { inbox } from "./inbox.js";
import { integrations } from "./integrations.js";
import { knowledge } from "./knowledge.js";
import { reports } from "./reports.js";
import { settings } from "./settings.js";
import { shell } from "./shell.js";
import { sites } from "./sites.js";
import { ui } from "./ui.js";

export default { shell, auth, inbox, conversation, contacts, knowledge, reports, settings, ui, sites, assistants, integrations, guide };

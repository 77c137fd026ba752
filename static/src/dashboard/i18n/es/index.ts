import { auth } from "./auth.js";
import { conversation } from "./conversation.js";
import { guide } from "./guide.js";
import { inbox } from "./inbox.js";
import { shell } from "./shell.js";
import { ui } from "./ui.js";

export default { shell, auth, inbox, conversation, ui, guide };

import { answer, api, type Schemas } from "../api/client.js";
import { ApiError } from "../api/errors.js";

/** One of the accounts to which an address belongs. */
export interface AccountChoice {
  id: string;
  name: string;
}

/** What a try to log in came to. */
export type Outcome =
  | { step: "in"; session: Schemas["LoggedIn"] }
  | { step: "code"; wrong: boolean }
  | { step: "account"; accounts: AccountChoice[] }
  | { step: "wrong" };

/** Tries to log in, and says what is needed next. What is no answer to the question is thrown. */
export async function logIn(body: Schemas["LogIn"]): Promise<Outcome> {
  try {
    return { step: "in", session: await answer(api.POST("/auth/login", { body })) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 401 && error.details.totp_required === true) return { step: "code", wrong: body.totp !== undefined };
    if (error.code === 401) return { step: body.totp === undefined ? "wrong" : "code", wrong: true };
    if (error.code === 409 && Array.isArray(error.details.accounts)) return { step: "account", accounts: error.details.accounts as AccountChoice[] };
    throw error;
  }
}

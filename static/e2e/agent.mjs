// An agent who works over the API with the live key.
import { until } from "./program.mjs";

/** The team's side of the program's only conversation. */
export function agentOf({ address, credentials }) {
  const call = async (path, body) => {
    const headers = { "X-API-Key": credentials.live_key, "Content-Type": "application/json" };
    const init = body ? { method: "POST", body: JSON.stringify(body), headers } : { headers };
    const response = await fetch(`${address}/v2${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const conversation = () =>
    until("an open conversation", async () => {
      const { data } = await call("/conversations?status=open");
      return data[0];
    });
  return {
    /** Asks the program anything. */
    call,
    /** All that is known of the newest open conversation. */
    conversation: async () => call(`/conversation/${(await conversation()).id}`),
    /** Answers in the newest open conversation. */
    say: async (content) => call(`/conversation/${(await conversation()).id}/message`, { content }),
    /** What is stored, oldest first. */
    stored: async () => {
      const { data } = await call(`/conversation/${(await conversation()).id}/messages?limit=100`);
      return data.map(({ content }) => content);
    },
  };
}

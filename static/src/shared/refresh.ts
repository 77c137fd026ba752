import type { Api } from "./api.js";
import type { Device } from "./device.js";
import { advance, type Summary } from "./summary.js";

/** At most so many conversations are asked for news, the newest: each is a request. */
const most = 10;

/** Asks for what is new in the conversations that are not in view, and notes it for the list. */
export async function refresh(api: Api, device: Device, all: readonly Summary[]): Promise<void> {
  const ask = async ({ key }: Summary) => {
    const kept = device.kept(key);
    const token = device.tokenOf(key);
    const answer = await api.messages(token, kept.seq);
    // A logout may have wiped it meanwhile. Without news the storage is left alone, lest other tabs believe in some.
    if (answer.ok && answer.value.length > 0 && device.tokenOf(key) === token) device.note(key, advance(kept, answer.value));
  };
  await Promise.all(all.filter(({ current }) => !current).slice(0, most).map(ask));
}

import type { PushBrowser } from "../shared/push.js";
import type { PushSubscriptionKeys } from "../shared/wire.js";

const worker = "/push-worker.js";

/** Web push, where this page may have it: at the top, for browsers ask nobody on behalf of a frame. */
export function pushBrowser(page: Window & typeof globalThis = window): PushBrowser | null {
  const { navigator } = page;
  if (page.parent !== page || !("serviceWorker" in navigator) || !("PushManager" in page)) return null;
  const registration = () => navigator.serviceWorker.getRegistration(worker);
  const subscription = async () => (await registration())?.pushManager.getSubscription() ?? null;
  return {
    ask: () => page.Notification.requestPermission(),
    subscribe: async (publicKey) => {
      await navigator.serviceWorker.register(worker);
      const { pushManager } = await navigator.serviceWorker.ready;
      return spell(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
    },
    current: async () => {
      const found = await subscription();
      return found && spell(found);
    },
    unsubscribe: async () => void (await (await subscription())?.unsubscribe()),
  };
}

function spell(subscription: PushSubscription): PushSubscriptionKeys {
  const { endpoint, keys = {} } = subscription.toJSON();
  return { endpoint: endpoint ?? "", keys: { p256dh: keys["p256dh"] ?? "", auth: keys["auth"] ?? "" } };
}

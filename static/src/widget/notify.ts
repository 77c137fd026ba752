import type { Store } from "./store.js";

/** The worker that shows what is pushed while no page is open. */
const worker = "/widget-worker.js";

/**
 * Whether this browser can be asked at all. It cannot inside a customer's page of another origin:
 * there browsers refuse without asking, so the question is put only where the frame stands alone or
 * on the server's own pages.
 */
export function canNotify(frame: Window = window): boolean {
  if (!("Notification" in frame) || !("PushManager" in frame) || !("serviceWorker" in frame.navigator)) return false;
  try {
    return frame.parent === frame || frame.parent.location.origin === frame.location.origin;
  } catch {
    return false;
  }
}

/** Subscribes this browser to news by web push, or ends that; tells whether it worked. */
export async function notify(store: Store, wanted: boolean): Promise<boolean> {
  const key = store.config.value?.push?.public_key;
  store.news.setAsked();
  if (!key || (wanted && (await Notification.requestPermission()) !== "granted")) return false;
  try {
    const registration = await navigator.serviceWorker.register(worker);
    const known = await registration.pushManager.getSubscription();
    if (!wanted && !known) return true;
    const fresh = { userVisibleOnly: true, applicationServerKey: key };
    const subscription = known ?? (await registration.pushManager.subscribe(fresh));
    const { ok } = await store.desk.push(subscription.toJSON(), wanted);
    if (!wanted) await subscription.unsubscribe();
    return ok;
  } catch {
    return false;
  }
}

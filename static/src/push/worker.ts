/** What a notification says. The server encrypts it for this browser alone. */
interface News {
  title?: string;
  body?: string;
  /** Where a click leads; only addresses of our own are followed. */
  url?: string;
  tag?: string;
}

interface PushEvent extends ExtendableEvent {
  data: { json(): unknown } | null;
}
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface ClickEvent extends ExtendableEvent {
  notification: Notification;
}
interface Page {
  url: string;
  /** Frames on other people's pages are not the visitor's to be led to. */
  frameType: "auxiliary" | "top-level" | "nested" | "none";
  focus(): Promise<unknown>;
  postMessage(message: { show: string }): void;
}

/** The part of a service worker's scope that this one uses. */
export interface WorkerScope {
  location: { origin: string };
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
  clients: { matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Page[]>; openWindow(url: string): Promise<unknown> };
  addEventListener(type: string, listener: (event: never) => void): void;
}

/** Shows what web push brings, and leads back to the chat. */
export function serve(scope: WorkerScope): void {
  scope.addEventListener("push", (event: PushEvent) => {
    const { title = "Chat", body = "", url = "/", tag = "parley" } = read(event);
    event.waitUntil(scope.registration.showNotification(title, { body, tag, data: address(scope, url) }));
  });
  scope.addEventListener("notificationclick", (event: ClickEvent) => {
    event.notification.close();
    event.waitUntil(show(scope, String(event.notification.data)));
  });
}

function read({ data }: PushEvent): News {
  try {
    return (data?.json() ?? {}) as News;
  } catch {
    return {};
  }
}

function address({ location }: WorkerScope, url: string): string {
  if (!URL.canParse(url, location.origin)) return location.origin;
  const { origin, href } = new URL(url, location.origin);
  return origin === location.origin ? href : location.origin;
}

/** A page that is open shows the conversation that the address names; it takes it from the address itself where it is not. */
async function show({ clients }: WorkerScope, url: string): Promise<void> {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = (page: Page) => page.frameType !== "nested" && page.url.split("#")[0] === url.split("#")[0];
  const open = pages.find(same);
  if (!open) return void (await clients.openWindow(url));
  open.postMessage({ show: url });
  await open.focus();
}

import { handover, type ToFrame, type ToHost } from "../shared/bridge.js";

/** The customer's page, seen from the frame. */
export interface Host {
  tell(message: ToHost): void;
}

/**
 * Waits for the port that the loader on the customer's page hands over. It is taken once, from the
 * parent window and from the parent's origin only; everything after that travels over the port.
 */
export function meetHost(receive: (message: ToFrame) => void, frame: Window = window): Host {
  let port: MessagePort | null = null;
  const untold: ToHost[] = [];
  frame.addEventListener("message", (event) => {
    const [offered] = event.ports;
    if (port || !offered || event.data !== handover) return;
    if (event.source !== frame.parent || !isParent(event.origin, frame)) return;
    port = offered;
    port.onmessage = ({ data }: MessageEvent<ToFrame>) => receive(data);
    for (const message of untold.splice(0)) port.postMessage(message);
  });
  return {
    tell: (message) => {
      if (port) port.postMessage(message);
      else untold.push(message);
    },
  };
}

/** Compares with what the browser says of the parent, where it says anything. */
function isParent(origin: string, { location, document }: Window): boolean {
  const said = location.ancestorOrigins?.[0] ?? originOf(document.referrer);
  return said === undefined || said === origin;
}

function originOf(address: string): string | undefined {
  return address === "" ? undefined : new URL(address).origin;
}

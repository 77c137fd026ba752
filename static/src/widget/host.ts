import { handover, type ToFrame, type ToHost } from "../shared/bridge.js";

/** The mark in the address of a window that a frame opened; it waits for the frame's port. */
export const popoutMark = "#popout";

/** Asks the frame that opened this window for its port. */
export const askOpener = (frame: Window = window): void => {
  frame.opener?.postMessage(popoutMark, frame.location.origin);
};

/** The customer's page, seen from the frame. */
export interface Host {
  tell(message: ToHost): void;
}

/**
 * Waits for the port that the loader on the customer's page hands over. It is taken once, from the
 * parent window (or, in a window of its own, from the frame that opened it) and from that one's origin
 * only; everything after that travels over the port.
 */
export function meetHost(receive: (message: ToFrame) => void, frame: Window = window): Host {
  let port: MessagePort | null = null;
  const untold: ToHost[] = [];
  frame.addEventListener("message", (event) => {
    const [offered] = event.ports;
    if (port || !offered || event.data !== handover || !isHost(event, frame)) return;
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

/** A window of its own listens to the frame of the same origin that opened it, and to nobody else. */
function isHost({ source, origin }: MessageEvent, frame: Window): boolean {
  if (frame.parent !== frame) return source === frame.parent && isParent(origin, frame);
  return frame.opener !== null && source === frame.opener && origin === frame.location.origin;
}

/** Compares with what the browser says of the parent, where it says anything. */
function isParent(origin: string, { location, document }: Window): boolean {
  const said = location.ancestorOrigins?.[0] ?? originOf(document.referrer);
  return said === undefined || said === origin;
}

function originOf(address: string): string | undefined {
  return address === "" ? undefined : new URL(address).origin;
}

// The server's side of a WebSocket (RFC 6455), as far as text frames of a test need it.
import { createHash } from "node:crypto";

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Answers an upgrade and gives the connection: `send`, `close`, and `onText` to be set. */
export function accept(request, socket) {
  const proof = createHash("sha1").update(request.headers["sec-websocket-key"] + guid).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`,
  );
  const connection = {
    onText: () => {},
    send: (frame) => socket.write(encode(1, Buffer.from(JSON.stringify(frame)))),
    close: (code) => socket.end(encode(8, Buffer.from([code >> 8, code & 255]))),
  };
  let held = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (let frame = decode(held); frame; frame = decode(held)) {
      held = held.subarray(frame.length);
      if (frame.code === 1) connection.onText(frame.payload.toString("utf8"));
      if (frame.code === 8) socket.end();
    }
  });
  socket.on("error", () => socket.destroy());
  return connection;
}

function encode(code, payload) {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | code, length]), payload]);
  const head = Buffer.from([0x80 | code, 126, length >> 8, length & 255]);
  return Buffer.concat([head, payload]);
}

function decode(bytes) {
  if (bytes.length < 6) return null;
  const short = bytes[1] & 127;
  const start = short === 126 ? 4 : 2;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = start + 4 + size;
  if (bytes.length < length) return null;
  const mask = bytes.subarray(start, start + 4);
  const payload = Buffer.from(bytes.subarray(start + 4, length).map((byte, i) => byte ^ mask[i % 4]));
  return { code: bytes[0] & 15, payload, length };
}

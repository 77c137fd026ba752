const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** base64url without padding (RFC 4648 §5). */
export function base64url(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet[(held >> bits) & 63];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (6 - bits)) & 63] : text;
}

type Bytes = (count: number) => Uint8Array;

/** A new visitor token: 256 random bits, the secret of one visitor. */
export const newVisitorToken = (bytes: Bytes): string => base64url(bytes(32));

/** A new id for an act that must be safe to repeat: 128 random bits. */
export const newClientId = (bytes: Bytes): string => base64url(bytes(16));

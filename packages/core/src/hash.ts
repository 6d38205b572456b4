import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './json.ts';

/**
 * Lower-case hex SHA-256 of bytes or of UTF-8 text. Pure, so that domain packages need no `node:crypto`.
 *
 * @example sha256Hex('abc') // 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
 */
export function sha256Hex(content: Uint8Array | string): string {
  return bytesToHex(sha256(typeof content === 'string' ? utf8ToBytes(content) : content));
}

/** `sha256Hex` by the platform's own code, off this thread: for content of many megabytes, where it takes a tenth of the time. */
export async function sha256OfBytes(bytes: Uint8Array): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}

/**
 * SHA-256 of a value's canonical JSON: equal values, equal hash, whatever the order of their keys.
 *
 * @example hashOf({ symbol: 'TCS', close: 3500 }) === hashOf({ close: 3500, symbol: 'TCS' }) // true
 */
export function hashOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/**
 * An incremental SHA-256 for content that never lies in memory as one piece.
 *
 * @example
 * const hasher = makeHasher();
 * for (const part of ['a', 'bc']) hasher.update(part);
 * hasher.hex() // sha256Hex('abc')
 */
export function makeHasher(): { update(bytes: Uint8Array | string): void; hex(): string } {
  const hasher = sha256.create();
  return {
    update: (bytes) => void hasher.update(typeof bytes === 'string' ? utf8ToBytes(bytes) : bytes),
    hex: () => bytesToHex(hasher.digest()),
  };
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * First `length` characters of the base32 (RFC 4648 alphabet, lower case) of a hex digest: short ids for people.
 *
 * @example shortId(sha256Hex('abc'), 8) // 'xj4bnp4p'
 */
export function shortId(hex: string, length = 16): string {
  let bits = 0;
  let buffer = 0;
  let text = '';
  for (let i = 0; i + 1 < hex.length && text.length < length; i += 2) {
    buffer = (buffer << 8) | Number.parseInt(hex.slice(i, i + 2), 16);
    bits += 8;
    while (bits >= 5 && text.length < length) {
      text += BASE32[(buffer >>> (bits - 5)) & 31];
      bits -= 5;
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}

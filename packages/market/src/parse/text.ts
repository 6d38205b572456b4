import type { FileDefect } from '../defects.ts';
import { CURRENCIES, readNumber } from './number-text.ts';

/** A text file made ready for a byte parser: no BOM, no quotes, ends with a line end. */
export interface TextFile {
  readonly header: string;
  readonly bytes: Uint8Array;
  /** Where the second line begins. */
  readonly bodyStart: number;
  /** False when the file's last line had no line end: it may have been cut off. */
  readonly complete: boolean;
}

const LF = 10;
const QUOTE = 34;
const COMMA = 44;
const BLANK = 32;

/** Checks that the bytes are text with a header line and at least one row. */
export function openText(raw: Uint8Array): TextFile | FileDefect {
  let bytes = raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? raw.subarray(3) : raw;
  if (bytes.length === 0) {
    return { code: 'empty', message: 'the file is empty (0 bytes); download it again' };
  }
  if (isBinary(bytes)) {
    return {
      code: 'binary',
      message: 'the file holds bytes that are no text; expected a CSV file, or a .csv.gz or .zip of one',
    };
  }
  if (bytes.includes(QUOTE)) bytes = withoutQuotes(bytes);
  const complete = bytes[bytes.length - 1] === LF;
  if (!complete) {
    const ended = new Uint8Array(bytes.length + 1);
    ended.set(bytes);
    ended[bytes.length] = LF;
    bytes = ended;
  }
  const headerEnd = bytes.indexOf(LF);
  const header = new TextDecoder().decode(bytes.subarray(0, headerEnd)).trim();
  if (bytes.subarray(headerEnd + 1).every((byte) => byte <= BLANK)) {
    return { code: 'empty', message: 'the file has no row after its first line; download it again' };
  }
  return { header, bytes, bodyStart: headerEnd + 1, complete };
}

/** Control characters other than tab, line feed and carriage return, anywhere; NUL is what UTF-16 and binaries hold. */
function isBinary(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return true;
  const head = bytes.subarray(0, 65_536);
  return head.some((byte) => byte < 9 || byte === 11 || byte === 12 || (byte > 13 && byte < BLANK) || byte === 127);
}

/**
 * Drops quotes. The commas of a quoted number in thousands or lakhs go with them; any other comma or line end inside quotes becomes a
 * blank, since no column that is read may hold one.
 */
function withoutQuotes(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  let quoted = false;
  let begun = 0;
  let commas = false;
  const close = (): void => {
    quoted = false;
    if (!commas) return;
    const cell = new TextDecoder().decode(plain.subarray(begun, length));
    const grouped = CURRENCIES.some((currency) => readNumber(cell, currency) !== undefined);
    let kept = begun;
    for (let at = begun; at < length; at++) {
      if (plain[at] !== COMMA) plain[kept++] = plain[at]!;
      else if (!grouped) plain[kept++] = BLANK;
    }
    length = kept;
  };
  for (const byte of bytes) {
    if (byte === QUOTE && !quoted) {
      quoted = true;
      commas = false;
      begun = length;
    } else if (byte === QUOTE) close();
    else {
      if (byte === LF && quoted) close();
      if (byte === COMMA && quoted) commas = true;
      plain[length++] = byte;
    }
  }
  if (quoted) close();
  return plain.subarray(0, length);
}

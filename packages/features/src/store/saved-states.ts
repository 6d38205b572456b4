import { AppError } from '@aion/core';
import { z } from 'zod';

const Head = z.strictObject({ schemaHash: z.string(), symbols: z.array(z.string()), lengths: z.array(z.int().min(0)) });

/** The states of many instruments as one object: a line of JSON, blanks up to a multiple of eight bytes, then the numbers. */
export function encodeStates(schemaHash: string, states: ReadonlyMap<string, Float64Array>): Uint8Array {
  const symbols = [...states.keys()];
  const lengths = symbols.map((symbol) => states.get(symbol)!.length);
  const text = new TextEncoder().encode(JSON.stringify({ schemaHash, symbols, lengths }));
  const start = Math.ceil((text.length + 1) / 8) * 8;
  const bytes = new Uint8Array(start + 8 * lengths.reduce((sum, length) => sum + length, 0)).fill(32, 0, start);
  bytes.set(text);
  bytes[start - 1] = LINE_END;
  const numbers = new Float64Array(bytes.buffer, start);
  let at = 0;
  for (const state of states.values()) {
    numbers.set(state, at);
    at += state.length;
  }
  return bytes;
}

const LINE_END = 10;

/** @throws AppError(corrupt) when the object is another or was cut off. */
export function decodeStates(schemaHash: string, bytes: Uint8Array): Map<string, Float64Array> {
  const end = bytes.indexOf(LINE_END);
  const head = end < 0 ? undefined : Head.safeParse(jsonOf(bytes.subarray(0, end)));
  const expected = head?.success === true ? head.data.lengths.reduce((sum, length) => sum + length, 0) : -1;
  if (head?.success !== true || bytes.length !== end + 1 + 8 * expected || head.data.schemaHash !== schemaHash) {
    throw new AppError(
      'corrupt',
      'the saved states of features are damaged or of other columns; they are computed from the first bar',
    );
  }
  // A copy: the store's bytes need not be aligned to eight, and `slice` of a Buffer makes none.
  const numbers = new Float64Array(new Uint8Array(bytes.subarray(end + 1)).buffer);
  const states = new Map<string, Float64Array>();
  let at = 0;
  head.data.symbols.forEach((symbol, place) => {
    const length = head.data.lengths[place]!;
    states.set(symbol, numbers.subarray(at, at + length));
    at += length;
  });
  return states;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

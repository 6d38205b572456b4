import { AppError } from '@aion/core';
import { z } from 'zod';

const Foot = z.strictObject({ schemaHash: z.string(), symbols: z.array(z.string()), lengths: z.array(z.int().min(0)) });
/** The length of the foot, as the last number. */
const TAIL_BYTES = 8;
const FIRST_NUMBERS = 1 << 16;

/** Gathers the states of many instruments into one object: the numbers one behind the other, then a foot of JSON that says whose they are. */
export interface StateWriter {
  /** Room for an instrument's next state, for the caller to fill at once: it moves when more is asked for. */
  room(symbol: string, length: number): Float64Array;
  bytes(): Uint8Array;
}

/** @param expected about how many numbers will come, where that is known. */
export function makeStateWriter(schemaHash: string, expected = FIRST_NUMBERS): StateWriter {
  let numbers = new Float64Array(expected);
  let end = 0;
  const symbols: string[] = [];
  const lengths: number[] = [];
  const grow = (needed: number): void => {
    const larger = new Float64Array(Math.max(needed, 2 * numbers.length));
    larger.set(numbers.subarray(0, end));
    numbers = larger;
  };
  return {
    room(symbol, length) {
      if (end + length > numbers.length) grow(end + length);
      symbols.push(symbol);
      lengths.push(length);
      end += length;
      return numbers.subarray(end - length, end);
    },
    bytes() {
      const foot = new TextEncoder().encode(JSON.stringify({ schemaHash, symbols, lengths }));
      const footNumbers = Math.ceil(foot.length / 8) + TAIL_BYTES / 8;
      if (end + footNumbers > numbers.length) grow(end + footNumbers);
      const all = new Uint8Array(numbers.buffer, 0, 8 * (end + footNumbers));
      all.fill(BLANK, 8 * end);
      all.set(foot, 8 * end);
      numbers[end + footNumbers - 1] = foot.length;
      return all;
    },
  };
}

const BLANK = 32;

/** @throws AppError(corrupt) when the object is another or was cut off. */
export function readStates(schemaHash: string, bytes: Uint8Array): Map<string, Float64Array> {
  // As it lies where that can be; the store's bytes need not be aligned to eight, and `slice` of a Buffer makes no copy.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const whole = Math.floor(aligned.length / 8);
  const numbers = new Float64Array(aligned.buffer, aligned.byteOffset, whole);
  const footBytes = numbers[whole - 1] ?? Number.NaN;
  const footStart = 8 * (whole - 1) - 8 * Math.ceil(footBytes / 8);
  const foot =
    footStart >= 0
      ? Foot.safeParse(jsonOf(aligned.subarray(footStart, footStart + footBytes)))
      : { success: false as const };
  const expected = foot.success ? foot.data.lengths.reduce((sum, length) => sum + length, 0) : -1;
  if (
    !foot.success ||
    8 * expected !== footStart ||
    8 * whole !== bytes.length ||
    foot.data.schemaHash !== schemaHash
  ) {
    throw new AppError(
      'corrupt',
      'the saved states of features are damaged or of other columns; they are computed from the first bar',
    );
  }
  const states = new Map<string, Float64Array>();
  let at = 0;
  foot.data.symbols.forEach((symbol, place) => {
    const length = foot.data.lengths[place]!;
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

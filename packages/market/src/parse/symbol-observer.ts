import { isoDayAt, monthDayAt } from './dates.ts';
import { type Layout, ROLE } from './layout.ts';

/** What a bar file says about who a symbol is: its first row there, the close that the exchange gives for the session before, its ISINs. */
export interface SymbolObservation {
  readonly symbol: string;
  readonly firstDay: number;
  /** Close of the session before the first row, as the exchange states it; null when the file does not say. */
  readonly prevClose: number | null;
  /** ISIN and the first day with it, ascending. */
  readonly isins: [isin: string, firstDay: number][];
}

const COMMA = 44;
const CR = 13;
const BLANK = 32;
const ISIN = /^[A-Z]{2}[A-Z0-9]{9}\d$/;
const PREV_CLOSE = /^(prev_?close|prevclose|prvsclsgpric)$/i;
const ISIN_FIELD = /^isin$/i;

/** Listens to the rows that are read, for what they say of their symbols beside the bar. */
export interface SymbolObserver {
  /** The columns to be told of; −1 where the file has none. */
  readonly prevAt: number;
  readonly isinAt: number;
  /** A good row: its symbol's number and day, and where the two columns begin and end. */
  row(symbol: number, day: number, prevStart: number, prevEnd: number, isinStart: number, isinEnd: number): void;
  /** A row whose prices cannot be read, from its beginning to its end: who its symbol is can be told all the same. */
  badRow(symbol: number, start: number, end: number): void;
  observed(symbols: readonly string[]): SymbolObservation[];
}

export function makeSymbolObserver(bytes: Uint8Array, { fields, roles }: Layout): SymbolObserver {
  const isoAt = roles.indexOf(ROLE.isoDate);
  const dayAt = isoAt >= 0 ? isoAt : roles.indexOf(ROLE.monthDate);
  const readDay = isoAt >= 0 ? isoDayAt : monthDayAt;
  const prevAt = fields.findIndex((field) => PREV_CLOSE.test(field));
  const isinAt = fields.findIndex((field) => ISIN_FIELD.test(field));
  const decoder = new TextDecoder();
  const firstDays: number[] = [];
  const prevCloses: (number | null)[] = [];
  const isinsOf: Map<string, number>[] = [];
  /** Of each symbol: where its last ISIN stands and the first day with it. Nearly every row repeats what the last one said. */
  const lastIsins: { start: number; length: number; day: number }[] = [];

  const text = (start: number, end: number): string => decoder.decode(bytes.subarray(start, end)).trim();

  function seeIsin(symbol: number, day: number, from: number, to: number): void {
    const [start, end] = trimmed(bytes, from, to);
    const length = end - start;
    const last = lastIsins[symbol];
    if (last !== undefined && day >= last.day && length === last.length && repeats(bytes, last.start, start, length))
      return;
    const isin = text(start, end);
    const isins = (isinsOf[symbol] ??= new Map());
    const firstDay = Math.min(day, isins.get(isin) ?? Infinity);
    if (ISIN.test(isin)) isins.set(isin, firstDay);
    lastIsins[symbol] = { start, length, day: firstDay };
  }

  function see(
    symbol: number,
    day: number,
    prevStart: number,
    prevEnd: number,
    isinStart: number,
    isinEnd: number,
  ): void {
    if (day < (firstDays[symbol] ?? Infinity)) {
      firstDays[symbol] = day;
      const prevClose = prevAt < 0 ? 0 : Number(text(prevStart, prevEnd));
      prevCloses[symbol] = prevClose > 0 ? prevClose : null;
    }
    if (isinAt >= 0) seeIsin(symbol, day, isinStart, isinEnd);
  }

  return {
    prevAt,
    isinAt,
    row: see,
    badRow(symbol, start, end) {
      const edges = [start];
      for (let at = start; at < end; at++) if (bytes[at] === COMMA) edges.push(at + 1);
      if (edges.length < fields.length) return;
      edges.push(end + 1);
      const day = readDay(bytes, ...trimmed(bytes, edges[dayAt]!, edges[dayAt + 1]! - 1));
      if (day < 0) return;
      const [prev, isin] = [Math.max(0, prevAt), Math.max(0, isinAt)];
      see(symbol, day, edges[prev]!, edges[prev + 1]! - 1, edges[isin]!, edges[isin + 1]! - 1);
    },
    observed: (symbols) =>
      [...firstDays.keys()]
        .filter((symbol) => firstDays[symbol] !== undefined)
        .map((symbol) => ({
          symbol: symbols[symbol]!,
          firstDay: firstDays[symbol]!,
          prevClose: prevCloses[symbol]!,
          isins: [...(isinsOf[symbol] ?? [])].sort((a, b) => a[1] - b[1]),
        })),
  };
}

function trimmed(bytes: Uint8Array, from: number, to: number): [start: number, end: number] {
  let [start, end] = [from, to];
  while (start < end && bytes[start] === BLANK) start++;
  while (end > start && (bytes[end - 1] === BLANK || bytes[end - 1] === CR)) end--;
  return [start, end];
}

function repeats(bytes: Uint8Array, one: number, other: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[one + i] !== bytes[other + i]) return false;
  return true;
}

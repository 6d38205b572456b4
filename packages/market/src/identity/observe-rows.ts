import { isoDayAt, monthDayAt } from '../parse/dates.ts';
import { type Layout, ROLE } from '../parse/layout.ts';
import { makeSymbolDictionary } from '../parse/symbol-dictionary.ts';
import { openText } from '../parse/text.ts';

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
const LF = 10;
const CR = 13;
const BLANK = 32;
const ISIN = /^[A-Z]{2}[A-Z0-9]{9}\d$/;
const PREV_CLOSE = /^(prev_?close|prevclose|prvsclsgpric)$/i;
const ISIN_FIELD = /^isin$/i;

/**
 * Reads the identity columns of a bar file, one pass over its bytes. Only share rows (series EQ) count. Rows that cannot be read
 * are passed over here: INGEST reports them.
 */
export function observeRows(raw: Uint8Array, layout: Layout): SymbolObservation[] {
  const opened = openText(raw);
  if ('code' in opened) return [];
  const { bytes } = opened;
  const at = (role: number): number => layout.roles.indexOf(role);
  const prevAt = layout.fields.findIndex((field) => PREV_CLOSE.test(field));
  const isinAt = layout.fields.findIndex((field) => ISIN_FIELD.test(field));
  if (prevAt < 0 && isinAt < 0) return [];
  const symbolAt = at(ROLE.symbol);
  const seriesAt = at(ROLE.series);
  const isoAt = at(ROLE.isoDate);
  const dayAt = isoAt >= 0 ? isoAt : at(ROLE.monthDate);
  const readDay = isoAt >= 0 ? isoDayAt : monthDayAt;
  if (dayAt < 0) return [];
  const decoder = new TextDecoder();
  const dictionary = makeSymbolDictionary();
  const firstDays: number[] = [];
  const prevCloses: (number | null)[] = [];
  const isinsOf: Map<string, number>[] = [];
  const starts = new Int32Array(layout.fields.length + 2);
  let columns = 0;
  let lineEnd = 0;
  const startOf = (column: number): number => {
    let start = starts[column]!;
    while (bytes[start] === BLANK) start++;
    return start;
  };
  const endOf = (column: number): number => {
    let end = column + 1 < columns ? starts[column + 1]! - 1 : lineEnd;
    while (end > starts[column]! && (bytes[end - 1] === BLANK || bytes[end - 1] === CR)) end--;
    return end;
  };
  const text = (column: number): string => decoder.decode(bytes.subarray(startOf(column), endOf(column)));

  let lineStart = bytes.indexOf(LF) + 1;
  for (; lineStart > 0 && lineStart < bytes.length; lineStart = lineEnd + 1) {
    columns = 0;
    starts[columns++] = lineStart;
    let at = lineStart;
    for (; at < bytes.length && bytes[at] !== LF; at++) {
      if (bytes[at] === COMMA && columns < starts.length) starts[columns++] = at + 1;
    }
    lineEnd = at;
    if (columns < layout.fields.length) continue;
    if (seriesAt >= 0 && text(seriesAt) !== 'EQ') continue;
    const day = readDay(bytes, startOf(dayAt), endOf(dayAt));
    const symbol = dictionary.indexOf(bytes, startOf(symbolAt), endOf(symbolAt));
    if (symbol < 0 || day <= 0) continue;
    if (day < (firstDays[symbol] ?? Infinity)) {
      firstDays[symbol] = day;
      const prevClose = prevAt < 0 ? 0 : Number(text(prevAt));
      prevCloses[symbol] = prevClose > 0 ? prevClose : null;
    }
    if (isinAt < 0) continue;
    const isin = text(isinAt);
    const isins = (isinsOf[symbol] ??= new Map());
    if (ISIN.test(isin)) isins.set(isin, Math.min(day, isins.get(isin) ?? Infinity));
  }
  return firstDays.map((firstDay, symbol) => ({
    symbol: dictionary.symbols[symbol]!,
    firstDay,
    prevClose: prevCloses[symbol]!,
    isins: [...(isinsOf[symbol] ?? [])].sort((a, b) => a[1] - b[1]),
  }));
}

/** Adds what another file says: the earliest row of each symbol stays, ISINs are collected. */
export function addObservations(all: Map<string, SymbolObservation>, seen: readonly SymbolObservation[]): void {
  for (const fresh of seen) {
    const old = all.get(fresh.symbol);
    all.set(fresh.symbol, old === undefined ? fresh : merge(old, fresh));
  }
}

function merge(old: SymbolObservation, fresh: SymbolObservation): SymbolObservation {
  const first = fresh.firstDay < old.firstDay ? fresh : old;
  const isSameDay = fresh.firstDay === old.firstDay;
  const isins = new Map(old.isins);
  for (const [isin, day] of fresh.isins) isins.set(isin, Math.min(day, isins.get(isin) ?? Infinity));
  return {
    symbol: old.symbol,
    firstDay: first.firstDay,
    prevClose: isSameDay ? (old.prevClose ?? fresh.prevClose) : first.prevClose,
    isins: [...isins].sort((a, b) => a[1] - b[1]),
  };
}

import { AppError, type EpochMs } from '@aion/core';
import type { Provenance } from '../sources/ports.ts';
import { type FlagName, type FlagRecord, sealRecord } from './record.ts';
import { readRecords, type RecordPorts } from './record-store.ts';

/** A whole list of the exchange as of one publication. */
export interface FlagList {
  readonly flag: FlagName;
  readonly source: string;
  /** From when it applies. */
  readonly fromMs: EpochMs;
  readonly knownMs: EpochMs;
  readonly entries: readonly { readonly symbol: string; readonly detail: string | null }[];
  readonly provenance: Provenance;
}

/** Lists of which half does not vanish in a day: a shorter one is damaged, and lifting measures by mistake would open entries. */
const STEADY: ReadonlySet<FlagName> = new Set(['asm', 'gsm', 't2t', 'price_band']);
const STEADY_FROM = 20;

/**
 * What a new list changes: entries that are new begin, those that are gone end, those whose detail changed do both. `open` is what is in
 * force by what was known before. Throws AppError(bad_input) for a list that lost more than half of its entries.
 */
export function flagChanges(open: readonly FlagRecord[], list: FlagList): FlagRecord[] {
  const mine = open.filter((record) => record.flag === list.flag && record.untilMs === null);
  const wanted = new Map(list.entries.map(({ symbol, detail }) => [symbol, detail]));
  const gone = mine.filter((record) => !wanted.has(record.symbols[0]!));
  if (STEADY.has(list.flag) && mine.length >= STEADY_FROM && gone.length * 2 > mine.length) {
    throw new AppError(
      'bad_input',
      `the ${list.flag} list has ${list.entries.length} entries and leaves out ${gone.length} of ${mine.length} that were in force; it looks cut off and nothing of it is used`,
      { context: { flag: list.flag, source: list.source } },
    );
  }
  const changed = mine.filter(
    (record) => wanted.has(record.symbols[0]!) && wanted.get(record.symbols[0]!) !== record.detail,
  );
  // The list of the same session again, with another detail: the new entry takes the place of the old one, which does not end first.
  const over = changed.filter(({ fromMs }) => fromMs !== list.fromMs);
  const ended = [...gone, ...over].map((record) => {
    const { id: _, ...draft } = record;
    const untilMs = Math.max(list.fromMs, record.fromMs);
    return sealRecord({ ...draft, untilMs, knownMs: list.knownMs, provenance: list.provenance });
  });
  const standing = new Set(mine.filter((record) => !changed.includes(record)).map((record) => record.symbols[0]!));
  const begun = list.entries
    .filter(({ symbol }) => !standing.has(symbol))
    .map(({ symbol, detail }) => openFlag(list, symbol, detail));
  return [...ended, ...begun];
}

function openFlag(list: FlagList, symbol: string, detail: string | null): FlagRecord {
  const { flag, source, fromMs, knownMs, provenance } = list;
  const times = { eventMs: fromMs, knownMs, fromMs, untilMs: null };
  return sealRecord({
    kind: 'flag',
    flag,
    source,
    symbols: [symbol],
    ...times,
    detail,
    provenance,
    redistributable: false,
  });
}

/** The flags in force on a symbol at an instant, by what was known then. */
export async function flagsOf(
  ports: Pick<RecordPorts, 'items' | 'objects'>,
  symbol: string,
  asOfMs: EpochMs,
): Promise<FlagRecord[]> {
  const known = await readRecords(ports, { kind: 'flag', symbol, asOfMs });
  return known.filter(({ fromMs, untilMs }) => fromMs <= asOfMs && (untilMs === null || asOfMs < untilMs));
}

/** Flags of all symbols that are open by what is known: what a new list is compared with. */
export async function openFlags(
  ports: Pick<RecordPorts, 'items' | 'objects'>,
  flag: FlagName,
  asOfMs: EpochMs,
): Promise<FlagRecord[]> {
  const known = await readRecords(ports, { kind: 'flag', series: flag, asOfMs });
  return known.filter(({ untilMs }) => untilMs === null);
}

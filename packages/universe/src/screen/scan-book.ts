import { FIGURE_UNITS, PART_STATES, SCAN_ENTRIES, SCAN_FAMILIES, SessionDate, EXCHANGES } from '@aion/core';
import { z } from 'zod';
import { columnAt } from '../rules/evaluate.ts';
import { scanColumn } from '../rules/scan-column.ts';
import { columnsOfRule } from '../rules/rule.ts';
import { Preset, Scan, type ScanSet } from '../scans/scan.ts';
import { verdictOf, type Screen } from './screen.ts';

const Reason = z.strictObject({ state: z.enum(PART_STATES), title: z.string() });
const Figure = z.strictObject({
  name: z.string(),
  title: z.string(),
  unit: z.enum(FIGURE_UNITS),
});
const Match = z.strictObject({
  symbol: z.string(),
  /** In the order of the scan's figures; null where there is none. */
  values: z.array(z.number().nullable()),
  reasons: z.array(Reason),
});

const BookScan = z.strictObject({
  id: z.string(),
  kind: z.enum(SCAN_ENTRIES),
  family: z.enum(SCAN_FAMILIES).nullable(),
  title: z.string(),
  meaning: z.string(),
  scans: z.array(z.string()),
  figures: z.array(Figure),
  /** The strongest first. */
  matches: z.array(Match),
});
export type BookScan = z.infer<typeof BookScan>;

const Share = z.strictObject({
  name: z.string().nullable(),
  sector: z.string().nullable(),
  close: z.number(),
  changeFrac: z.number().nullable(),
});

/** Everything that the scans of one session found, with the reasons, and where the table lies that they were made on. */
export const ScanBook = z.strictObject({
  exchange: z.enum(EXCHANGES),
  sessionDate: SessionDate,
  simulated: z.boolean(),
  /** Symbols in the table. */
  symbols: z.int(),
  failed: z.array(z.strictObject({ symbol: z.string(), reason: z.string() })),
  /** Of every symbol that matched anything. */
  shares: z.record(z.string(), Share),
  entries: z.array(BookScan),
  /** The definitions as they were: who explains a verdict later does so by these. */
  set: z.strictObject({ scans: z.array(Scan), presets: z.array(Preset) }),
  /** Key of the encoded table. */
  table: z.string(),
});
export type ScanBook = z.infer<typeof ScanBook>;

export interface BookFacts extends Pick<ScanBook, 'exchange' | 'sessionDate' | 'simulated' | 'failed' | 'table'> {
  shareOf(symbol: string): { readonly name: string | null; readonly sector: string | null };
}

/**
 * What the scans of a session found as it is stored: every match with its figures and reasons, and name and close of each symbol that
 * matched anything.
 */
export function makeScanBook(screen: Screen, { shareOf, ...facts }: BookFacts): ScanBook {
  const { table, set } = screen;
  const matched = new Set([...screen.found.values()].flatMap(({ rows }) => rows));
  const [closes, changes] = [columnAt(table, 'close'), columnAt(table, 'change_frac')];
  return {
    ...facts,
    symbols: table.symbols.length,
    shares: Object.fromEntries(
      [...matched]
        .sort((a, b) => a - b)
        .map((row) => {
          const symbol = table.symbols[row]!;
          return [symbol, { ...shareOf(symbol), close: closes[row]!, changeFrac: shown(changes[row]!) }];
        }),
    ),
    entries: [
      ...set.scans.map(({ id, family, title, meaning, rule, order }) =>
        entryOf(screen, [...columnsOfRule(rule), order.column], {
          ...{ id, kind: 'scan', family, title, meaning, scans: [] },
        }),
      ),
      ...set.presets.map((preset) =>
        entryOf(screen, presetColumns(preset, set), {
          ...{ id: preset.id, kind: 'preset', family: null, title: preset.title, meaning: preset.meaning },
          scans: [...preset.all, ...preset.any],
        }),
      ),
    ],
    set: { scans: [...set.scans], presets: [...set.presets] },
  };
}

/** A preset shows its order and what its first scans rest on: a row has room for six figures. */
const MAX_FIGURES = 6;
const SHOWN_ANYWAY = new Set(['close', 'change_frac']);

function presetColumns(preset: Preset, set: ScanSet): string[] {
  const scans = [...preset.all, ...preset.any].map((id) => set.scans.find((scan) => scan.id === id)!);
  return [preset.order.column, 'volume_ratio20', ...scans.map(({ order }) => order.column)];
}

function entryOf(screen: Screen, columns: readonly string[], about: Omit<BookScan, 'figures' | 'matches'>): BookScan {
  const { table } = screen;
  const names = [...new Set(columns)].filter((name) => !SHOWN_ANYWAY.has(name)).slice(0, MAX_FIGURES);
  return {
    ...about,
    figures: names.map((name) => scanColumn(name)).map(({ name, title, unit }) => ({ name, title, unit })),
    matches: screen.found.get(about.id)!.rows.map((row) => ({
      symbol: table.symbols[row]!,
      values: names.map((name) => shown(columnAt(table, name)[row]!)),
      reasons: verdictOf(screen, about.id, row).reasons.map(({ state, title }) => ({ state, title })),
    })),
  };
}

/** Six digits are what a page shows; a figure that is missing is null. */
const shown = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null);

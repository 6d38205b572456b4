import { fromEpochDay, type SessionDate } from '@aion/core';
import { type OhlcvColumn, PRICE_COLUMNS } from '../bar-columns.ts';
import type { DailyBars } from '../bars.ts';
import type { Adjustment } from './ports.ts';

export interface QuorumInput {
  readonly source: string;
  readonly bars: DailyBars;
  readonly adjustment: Adjustment;
}

export interface QuorumRules {
  /** Names of sources, the most trusted first; others follow by name. */
  readonly priority: readonly string[];
  /** Open, high, low and close agree when they lie no further apart than this part of the smaller one. */
  readonly toleranceFrac: number;
  /** Volumes agree when they lie no further apart than this part of the greater one: 1 takes any. */
  readonly volumeToleranceFrac: number;
  /** Brings raw bars to the shares of today, as vendors that adjust for splits have them. */
  readonly toSplitBasis: (raw: DailyBars) => DailyBars;
}

/** `priority`: the first in order, undisputed or without a majority against it. `majority`: more than half agree with it. */
export type ChosenBy = 'priority' | 'majority' | 'only_one';

type QuorumField = (typeof PRICE_COLUMNS)[number] | 'volume';

export interface QuorumIssue {
  /** Of volumes vendors give what their feed sees, so that a difference there alone is no word against a price. */
  readonly code: 'source_disagreement' | 'volume_disagreement' | 'basis_not_comparable';
  readonly symbol: string;
  /** Null where it concerns a source's whole series. */
  readonly date: SessionDate | null;
  /** Every source's close on the day, on the common basis. */
  readonly closes: Readonly<Record<string, number>>;
  /** The values that lie too far apart, of every source. */
  readonly values?: Readonly<Partial<Record<QuorumField, Readonly<Record<string, number>>>>>;
  readonly chosen: string | null;
  readonly chosenBy: ChosenBy | null;
  readonly message: string;
}

export interface ChosenSession {
  readonly day: number;
  readonly source: string;
  readonly chosenBy: ChosenBy;
  /** How many sources had the session. */
  readonly sources: number;
  /** Sources whose prices agree with the chosen bar's, itself among them, the most trusted first. */
  readonly agreeing: readonly string[];
  /** Prices lie too far apart, and no majority says which are right. */
  readonly undecided: boolean;
}

export interface QuorumResult {
  /** Raw when every source that was used is; otherwise in the shares of today. */
  readonly basis: 'none' | 'splits';
  readonly bars: DailyBars;
  readonly chosen: readonly ChosenSession[];
  readonly issues: readonly QuorumIssue[];
}

/**
 * Compares the same instrument's bars of several sources, session by session, and takes one of them whole: prices of two sources are
 * never mixed within a bar. The order in which the answers stand makes no difference.
 */
export function compareSources(inputs: readonly QuorumInput[], rules: QuorumRules): QuorumResult {
  const symbol = inputs[0]?.bars.symbol ?? '';
  const issues: QuorumIssue[] = [];
  const ordered = [...inputs].sort(
    (a, b) => rank(a.source, rules) - rank(b.source, rules) || (a.source < b.source ? -1 : 1),
  );
  const used = ordered.filter((input) => {
    if (input.adjustment !== 'splits_and_dividends') return true;
    const message = `${input.source} takes dividends out of its prices, which cannot be undone here: it is not compared`;
    const none = { date: null, closes: {}, chosen: null, chosenBy: null };
    issues.push({ code: 'basis_not_comparable', symbol, ...none, message });
    return false;
  });
  const basis = used.every(({ adjustment }) => adjustment === 'none') ? 'none' : 'splits';
  const series = used.map(({ source, bars, adjustment }) => ({
    source,
    bars: basis === 'splits' && adjustment === 'none' ? rules.toSplitBasis(bars) : bars,
  }));
  const byDay = new Map<number, { source: string; bars: DailyBars; row: number }[]>();
  for (const { source, bars } of series) {
    bars.sessionDay.forEach((day, row) => {
      const candidates = byDay.get(day);
      if (candidates === undefined) byDay.set(day, [{ source, bars, row }]);
      else candidates.push({ source, bars, row });
    });
  }
  const days = [...byDay.keys()].sort((a, b) => a - b);
  const chosen: ChosenSession[] = [];
  const rows: { bars: DailyBars; row: number }[] = [];
  for (const day of days) {
    const candidates = byDay.get(day)!;
    const { index, chosenBy, disputed, agreeing } = choose(candidates.map(barOf), rules);
    const winner = candidates[index]!;
    rows.push(winner);
    const pricesDisputed = disputed.some((field) => field !== 'volume');
    chosen.push({
      day,
      source: winner.source,
      chosenBy,
      sources: candidates.length,
      agreeing: agreeing.map((at) => candidates[at]!.source),
      undecided: pricesDisputed && chosenBy !== 'majority',
    });
    if (disputed.length === 0) continue;
    const valuesOf = (field: QuorumField): Record<string, number> =>
      Object.fromEntries(candidates.map((one) => [one.source, barOf(one)[field]]));
    const date = fromEpochDay(day);
    const values = Object.fromEntries(disputed.map((field) => [field, valuesOf(field)]));
    const code = pricesDisputed ? 'source_disagreement' : 'volume_disagreement';
    const message = `${symbol} on ${date}: ${describeApart(values, rules)}; ${winner.source} was taken by ${chosenBy}`;
    issues.push({
      code,
      symbol,
      date,
      closes: valuesOf('close'),
      values,
      chosen: winner.source,
      chosenBy,
      message,
    });
  }
  const column = (name: OhlcvColumn): Float64Array => Float64Array.from(rows, ({ bars, row }) => bars[name][row]!);
  const bars: DailyBars = {
    symbol,
    sessionDay: Int32Array.from(days),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volumeShares: column('volumeShares'),
  };
  return { basis, bars, chosen, issues };
}

function rank(source: string, rules: QuorumRules): number {
  const place = rules.priority.indexOf(source);
  return place === -1 ? rules.priority.length : place;
}

type Bar = Readonly<Record<QuorumField, number>>;

const barOf = ({ bars, row }: { bars: DailyBars; row: number }): Bar => ({
  open: bars.open[row]!,
  high: bars.high[row]!,
  low: bars.low[row]!,
  close: bars.close[row]!,
  volume: bars.volumeShares[row]!,
});

const PLURALS: Readonly<Record<QuorumField, string>> = {
  open: 'opens',
  high: 'highs',
  low: 'lows',
  close: 'closes',
  volume: 'volumes',
};

function describeApart(values: NonNullable<QuorumIssue['values']>, rules: QuorumRules): string {
  return Object.entries(values)
    .map(([field, bySource]) => {
      const tolerance = field === 'volume' ? rules.volumeToleranceFrac : rules.toleranceFrac;
      const named = Object.entries(bySource).map(([source, value]) => `${source} ${value}`);
      return `${PLURALS[field as QuorumField]} lie more than ${tolerance * 100} % apart (${named.join(', ')})`;
    })
    .join(', ');
}

interface Choice {
  readonly index: number;
  readonly chosenBy: ChosenBy;
  /** Fields of which two sources give values that do not agree. */
  readonly disputed: readonly QuorumField[];
  /** Bars whose prices agree with the chosen one's. */
  readonly agreeing: readonly number[];
}

/**
 * Which of the bars, the most trusted first, is taken: one that more than half agree with in prices and volume, else one that more
 * than half agree with in prices, else the first.
 */
function choose(bars: readonly Bar[], { toleranceFrac, volumeToleranceFrac }: QuorumRules): Choice {
  const agree = (a: number, b: number): boolean => Math.abs(a - b) <= toleranceFrac * Math.min(a, b) + 1e-9;
  const agreeInVolume = (a: Bar, b: Bar): boolean =>
    Math.abs(a.volume - b.volume) <= volumeToleranceFrac * Math.max(a.volume, b.volume);
  const agreeInPrices = (a: Bar, b: Bar): boolean => PRICE_COLUMNS.every((field) => agree(a[field], b[field]));
  const disputed: QuorumField[] = PRICE_COLUMNS.filter((field) =>
    bars.some((a) => bars.some((b) => !agree(a[field], b[field]))),
  );
  if (bars.some((a) => bars.some((b) => !agreeInVolume(a, b)))) disputed.push('volume');
  const taken = (index: number, chosenBy: ChosenBy): Choice => {
    const agreeing = bars.map((_, at) => at).filter((at) => agreeInPrices(bars[at]!, bars[index]!));
    return { index, chosenBy, disputed, agreeing };
  };
  if (bars.length === 1) return taken(0, 'only_one');
  if (disputed.length === 0 || bars.length < 3) return taken(0, 'priority');
  const majority = (isSame: (a: Bar, b: Bar) => boolean): number =>
    bars.findIndex((a) => bars.filter((b) => isSame(a, b)).length * 2 > bars.length);
  const whole = majority((a, b) => agreeInPrices(a, b) && agreeInVolume(a, b));
  const index = whole === -1 ? majority(agreeInPrices) : whole;
  return index === -1 ? taken(0, 'priority') : taken(index, 'majority');
}

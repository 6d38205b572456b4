import { AppError, fromEpochDay, type SessionDate } from '@aion/core';
import { type DailyBars, type FileReport, ingestTable, type IngestPorts, toBarTable } from '@aion/market';
import type { FetchedDaily, QuorumResult } from '@aion/market/sources';

/** A session that was not stored, and why. */
export interface Withheld {
  /** Null: all that a source gave. */
  readonly date: SessionDate | null;
  readonly why: string;
}

export interface StoredFetch {
  /** What became of each source's bars. */
  readonly bySource: readonly { readonly source: string; readonly report: FileReport }[];
  readonly withheld: readonly Withheld[];
}

/**
 * Stores, session by session, the raw bar that the comparison chose, through the lake's inner door and under its source's name, so that INGEST's checks,
 * quarantine and origin apply. Where an adjusted source was chosen, that of a raw one which agrees with it is taken. Sessions whose
 * sources disagree without a majority are withheld. Throws AppError(bad_input) where no source gave raw bars: adjusted ones are never
 * written over raw ones.
 */
export async function storeFetched(
  ports: IngestPorts,
  answers: readonly FetchedDaily[],
  { chosen, issues }: QuorumResult,
): Promise<StoredFetch> {
  const raw = new Map(answers.filter(({ adjustment }) => adjustment === 'none').map((one) => [one.source, one]));
  const [first] = answers;
  if (first === undefined) return { bySource: [], withheld: [] };
  if (raw.size === 0) {
    const named = answers.map(({ source, adjustment }) => `${source} (${adjustment})`).join(', ');
    throw new AppError(
      'bad_input',
      `${named}: the prices are adjusted; only raw bars are stored. For NSE use \`aion backfill\`, or a source with raw bars`,
    );
  }
  const withheld: Withheld[] = [];
  const days = new Map<string, number[]>();
  for (const { day, source, agreeing, undecided } of chosen) {
    const date = fromEpochDay(day);
    if (undecided) {
      const issue = issues.find((one) => one.code === 'source_disagreement' && one.date === date);
      withheld.push({ date, why: issue?.message ?? 'its sources disagree and no majority says which is right' });
      continue;
    }
    // What the lake holds needs no storing; a source that was chosen comes before those that agree with it.
    if (!answers.some((answer) => answer.source === source)) continue;
    const taken = [source, ...agreeing].find((name) => raw.has(name));
    if (taken === undefined) {
      withheld.push({ date, why: `${first.bars.symbol} on ${date}: only ${source} has it, whose prices are adjusted` });
      continue;
    }
    const known = days.get(taken);
    if (known === undefined) days.set(taken, [day]);
    else known.push(day);
  }
  const bySource: { source: string; report: FileReport }[] = [];
  for (const [source, wanted] of days) {
    const { exchange, bars } = raw.get(source)!;
    const report = await ingestTable(ports, {
      market: exchange,
      name: `${source} ${bars.symbol}`,
      table: toBarTable([rowsOf(bars, wanted)]),
      barMinutes: null,
      source,
    });
    bySource.push({ source, report });
    if (report.status !== 'imported') withheld.push({ date: null, why: `${source}: ${report.why ?? report.status}` });
  }
  return { bySource, withheld };
}

/** The bars of some days. */
function rowsOf(bars: DailyBars, days: readonly number[]): DailyBars {
  const rows = Int32Array.from(days, (day) => bars.sessionDay.indexOf(day));
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  const { open, high, low, close, volumeShares } = bars;
  return {
    symbol: bars.symbol,
    sessionDay: Int32Array.from(days),
    open: pick(open),
    high: pick(high),
    low: pick(low),
    close: pick(close),
    volumeShares: pick(volumeShares),
  };
}

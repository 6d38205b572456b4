import { AppError, fromEpochDay, type SessionDate } from '@aion/core';
import { type DailyBars, importFiles, type ImportReport, type IngestPorts } from '@aion/market';
import type { FetchedDaily, QuorumResult } from '@aion/market/sources';

/** A session that was not stored, and why. */
export interface Withheld {
  /** Null: all that a source gave. */
  readonly date: SessionDate | null;
  readonly why: string;
}

export interface StoredFetch {
  /** What became of each source's bars. */
  readonly bySource: readonly { readonly source: string; readonly report: ImportReport }[];
  readonly withheld: readonly Withheld[];
}

/**
 * Stores, session by session, the raw bar that the comparison chose, through the importer and under its source's name, so that INGEST's checks,
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
  const rows = new Map<string, string[]>();
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
    const lines = rows.get(taken);
    const line = lineOf(raw.get(taken)!.bars, day);
    if (lines === undefined) rows.set(taken, [line]);
    else lines.push(line);
  }
  const bySource: { source: string; report: ImportReport }[] = [];
  for (const [source, lines] of rows) {
    const text = `${['symbol,date,open,high,low,close,volume', ...lines].join('\n')}\n`;
    const { exchange, bars } = raw.get(source)!;
    const file = { name: `${source}-${bars.symbol}.csv`, read: async () => new TextEncoder().encode(text) };
    const report = await importFiles(ports, [file], { market: exchange, source });
    bySource.push({ source, report });
    const [{ status, why = status } = { status: 'ignored' }] = report.files;
    if (status !== 'imported') withheld.push({ date: null, why: `${source}: ${why}` });
  }
  return { bySource, withheld };
}

function lineOf(bars: DailyBars, day: number): string {
  const row = bars.sessionDay.indexOf(day);
  const { open, high, low, close, volumeShares } = bars;
  const values = [open, high, low, close, volumeShares].map((column) => column[row]);
  return [bars.symbol, fromEpochDay(day), ...values].join(',');
}

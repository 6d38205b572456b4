import { AppError, toEpochDay, type Exchange, type SessionDate } from '@aion/core';
import { ingestTable, loadCalendar, readDaily, readManifest, toBarTable, type DailyBars } from '@aion/market';
import type { Host } from '../host.ts';
import { fetchDaily } from './fetch-bars.ts';
import type { Sources } from './sources.ts';

export interface VendorSession {
  /** How many shares were asked for: those that traded on the session before. */
  readonly symbols: number;
  readonly stored: number;
  /** Of how many no source had a bar. */
  readonly silent: number;
}

/** After so many shares without an answer, none having had one, the vendors are taken for ill. */
const GIVE_UP_AFTER = 20;

/** So many bars are stored at a time: where the process is ended in between, the next firing goes on with the shares that are left. */
const STORED_AT_ONCE = 200;

/**
 * Brings a session's daily bars from the vendors, share by share, where the exchange's own file does not come. They are stored under their
 * vendor's name and give way to that file as soon as it is there. Vendors restate prices in the shares of the day on which they are asked, so
 * only the session of that very day is taken: its bar is raw.
 *
 * @throws AppError(missing_data) where no session before it tells which shares there are, or it is not today's;
 * AppError(unavailable) where no vendor is on or none answers, and where the lake refuses what one gave.
 */
export async function fetchSessionOfVendors(
  host: Pick<Host, 'ingest' | 'clock' | 'config' | 'telemetry'>,
  sources: Sources,
  exchange: Exchange,
  session: SessionDate,
): Promise<VendorSession> {
  const { ingest } = host;
  const calendar = loadCalendar(exchange);
  const askedOn = calendar.dateAt(host.clock.nowMs());
  if (askedOn !== session)
    throw new AppError(
      'missing_data',
      `vendors are asked for the session of the day, not on ${askedOn} for ${session}`,
    );
  const day = toEpochDay(session);
  const beforeDay = toEpochDay(calendar.previousSession(session));
  const manifest = await readManifest(ingest, exchange, 'daily');
  const before = await readDaily(ingest, manifest, { fromDay: beforeDay, toDay: day });
  const symbols = [...before]
    .flatMap(([symbol, { sessionDay }]) => (sessionDay[0] === beforeDay ? [symbol] : []))
    .sort();
  if (symbols.length === 0)
    throw new AppError(
      'missing_data',
      `no bars of the session before ${session} are stored; nobody knows which shares to ask for`,
    );
  const ports = { ingest, policy: { ...host.config.sources, quorum: 1 }, sources, compareStored: false };
  const gathered: { readonly source: string; readonly bars: DailyBars }[] = [];
  const faults: string[] = [];
  let stored = 0;
  const store = async (): Promise<void> => {
    stored += await storeBySource(ingest, exchange, session, gathered.splice(0));
  };
  for (const symbol of symbols) {
    if (before.get(symbol)!.sessionDay.at(-1) === day) continue;
    const { answers, failures } = await fetchDaily(ports, { symbol, exchange, from: session, to: session });
    const answer = answers.find(({ bars }) => bars.sessionDay.at(-1) === day);
    if (answer === undefined) {
      faults.push(`${symbol}: ${failures.map(({ source, message }) => `${source}: ${message}`).join('; ')}`);
      if (gathered.length + stored === 0 && faults.length >= GIVE_UP_AFTER) break;
      continue;
    }
    gathered.push({ source: answer.source, bars: rowOf(answer.bars, answer.bars.sessionDay.length - 1) });
    if (gathered.length >= STORED_AT_ONCE) await store();
  }
  await store();
  if (stored === 0)
    throw new AppError('unavailable', `no vendor has a bar of ${session}; ${faults[0] ?? 'none was asked'}`, {
      retryable: true,
    });
  return { symbols: symbols.length, stored, silent: faults.length };
}

async function storeBySource(
  ingest: Host['ingest'],
  exchange: Exchange,
  session: SessionDate,
  gathered: readonly { readonly source: string; readonly bars: DailyBars }[],
): Promise<number> {
  let stored = 0;
  for (const source of new Set(gathered.map((one) => one.source))) {
    const series = gathered.flatMap((one) => (one.source === source ? [one.bars] : []));
    const report = await ingestTable(ingest, {
      market: exchange,
      name: `${source} daily ${session} from ${series[0]!.symbol}`,
      barMinutes: null,
      source,
      table: toBarTable(series),
    });
    if (report.status !== 'imported')
      throw new AppError('unavailable', `the bars of ${source} were refused: ${report.why ?? report.status}`);
    stored += report.stored;
  }
  return stored;
}

function rowOf(bars: DailyBars, row: number): DailyBars {
  const of = (column: Float64Array): Float64Array => column.slice(row, row + 1);
  return {
    symbol: bars.symbol,
    sessionDay: bars.sessionDay.slice(row, row + 1),
    ...{ open: of(bars.open), high: of(bars.high), low: of(bars.low), close: of(bars.close) },
    volumeShares: of(bars.volumeShares),
  };
}

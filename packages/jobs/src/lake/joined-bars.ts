import { type Exchange, AppError, toEpochDay } from '@aion/core';
import {
  adjustDaily,
  joinMarket,
  loadActions,
  loadCalendar,
  loadIdentity,
  newestName,
  readDaily,
  readManifest,
  type CorporateAction,
  type DailyBars,
  type JoinedMarket,
} from '@aion/market';
import type { Host } from '../host.ts';

/** The market as a run of today would see it: whole series under their newest names, with the actions that hold for them. */
export async function loadJoinedMarket(host: Pick<Host, 'ingest' | 'clock'>, market: Exchange): Promise<JoinedMarket> {
  const { ingest, clock } = host;
  const calendar = loadCalendar(market);
  // What has not happened yet rescales nothing: an announced split counts from its ex-date on.
  const asOfDay = toEpochDay(calendar.dateAt(clock.nowMs()));
  const manifest = await readManifest(ingest, market, 'daily');
  const [daily, actions, identity] = await Promise.all([
    readDaily(ingest, manifest, { toDay: asOfDay, archived: 'read' }),
    loadActions(ingest, market),
    loadIdentity(ingest, market),
  ]);
  return joinMarket({ calendar, daily: [...daily.values()], actions, identity, asOfDay });
}

export interface Share {
  readonly bars: DailyBars;
  readonly actions: readonly CorporateAction[];
  /** Older symbols whose bars stand before those of the newest. */
  readonly olderNames: readonly string[];
}

/** One share by any symbol it had, raw or adjusted, over its whole history. Throws AppError(not_found). */
export function shareOf(joined: JoinedMarket, symbol: string, asOfDay: number, adjusted: boolean): Share {
  const name = newestName(symbol, -Infinity, joined.renames);
  const raw =
    joined.series.find((bars) => bars.symbol === symbol) ?? joined.series.find((bars) => bars.symbol === name);
  if (raw === undefined) {
    throw new AppError('not_found', `no bars of ${symbol} are stored; ${joined.series.length} shares are`);
  }
  const actions = joined.actions.get(raw.symbol) ?? [];
  const olderNames: string[] = [];
  for (let to = raw.symbol; ;) {
    const change = joined.renames.find((rename) => rename.to === to && !olderNames.includes(rename.from));
    if (change === undefined) break;
    olderNames.push(change.from);
    to = change.from;
  }
  return { bars: adjusted ? adjustDaily(raw, actions, asOfDay) : raw, actions, olderNames };
}

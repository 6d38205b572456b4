import type { MarketStatus } from '@aion/contracts';
import { isAppError, toIso } from '@aion/core';
import { listRuns } from '@aion/pipeline';
import { loadKill } from '@aion/trading';
import type { ApiDeps } from './deps.ts';

const PRE_OPEN_MS = 15 * 60_000;

/** The exchange's state at the product's now, and how fresh the product's data are. */
export async function describeMarketStatus(deps: ApiDeps, badges: MarketStatus['badges']): Promise<MarketStatus> {
  const nowMs = deps.marketClock.nowMs();
  const [lastBarDate, { runs }, kill] = await Promise.all([
    deps.lastBarDate(),
    listRuns(deps.items, deps.exchange, { limit: 1 }),
    loadKill(deps.items),
  ]);
  const last = runs[0]?.run;
  return {
    exchange: deps.exchange,
    timeZone: deps.calendar.timeZone,
    now: toIso(nowMs),
    clock: deps.clockKind,
    ...sessionState(deps, nowMs),
    badges,
    mode: deps.mode,
    lastBarDate,
    lastRun:
      last === undefined
        ? null
        : {
            id: last.id,
            kind: last.kind,
            status: last.status,
            at: toIso(last.finishedMs ?? last.startedMs),
            sessionDate: last.sessionDate,
          },
    killed: kill.active,
  };
}

function sessionState(deps: ApiDeps, nowMs: number): Pick<MarketStatus, 'state' | 'stateTitle' | 'nextOpen'> {
  const { calendar } = deps;
  const today = calendar.dateAt(nowMs);
  try {
    const session = calendar.session(today);
    if (session.kind === 'closed') {
      return {
        state: 'holiday',
        stateTitle: `Closed: ${session.reason}`,
        nextOpen: openOf(deps, calendar.nextSession(today)),
      };
    }
    if (nowMs >= session.openMs && nowMs < session.closeMs)
      return { state: 'open', stateTitle: 'Open', nextOpen: null };
    if (nowMs < session.openMs) {
      const soon = session.openMs - nowMs <= PRE_OPEN_MS;
      return {
        state: soon ? 'pre_open' : 'closed',
        stateTitle: soon ? 'Opens soon' : 'Closed',
        nextOpen: toIso(session.openMs),
      };
    }
    return { state: 'closed', stateTitle: 'Closed', nextOpen: openOf(deps, calendar.nextSession(today)) };
  } catch (error) {
    if (!isAppError(error, 'outside_calendar')) throw error;
    return { state: 'unknown', stateTitle: `No calendar for ${today}`, nextOpen: null };
  }
}

function openOf(deps: ApiDeps, date: string): string | null {
  const session = deps.calendar.session(date);
  return session.kind === 'closed' ? null : toIso(session.openMs);
}

import type { MarketStatus } from '@aion/contracts';
import { isAppError, toIso } from '@aion/core';
import type { Latest } from '@aion/pipeline';
import type { Caller } from './caller.ts';
import type { ApiDeps } from './deps.ts';

const PRE_OPEN_MS = 15 * 60_000;

/** The exchange's state at the product's now, and how fresh the product's data are. */
export async function describeMarketStatus(
  deps: ApiDeps,
  caller: Caller,
  latest: Pick<Latest, 'run' | 'bars'>,
  badges: MarketStatus['badges'],
): Promise<MarketStatus> {
  const nowMs = deps.marketClock.nowMs();
  const { run, bars } = latest;
  const { automaticExecution, admin } = caller.capabilities;
  const [lastBarDate, kill] = await Promise.all([
    bars === undefined ? deps.lastBarDate() : bars.lastSession,
    // Whoever has no orders is not told of the switch that stops them.
    automaticExecution || admin ? deps.kill.read() : undefined,
  ]);
  return {
    exchange: deps.exchange,
    timeZone: deps.calendar.timeZone,
    now: toIso(nowMs),
    clock: deps.clockKind(),
    ...sessionState(deps, nowMs),
    badges,
    mode: deps.mode,
    lastBarDate,
    lastRun:
      run === undefined
        ? null
        : {
            id: run.id,
            kind: run.kind,
            status: run.status,
            at: toIso(run.finishedMs ?? run.startedMs),
            sessionDate: run.sessionDate,
          },
    killed: kill?.active ?? null,
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

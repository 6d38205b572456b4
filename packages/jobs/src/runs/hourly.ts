import { isChecked, type ReadinessReason } from '@aion/contracts';
import { AppError, fromEpochDay, HOUR_MS, toEpochDay, type EpochMs, type SessionDate } from '@aion/core';
import { INTRADAY_SESSIONS } from '@aion/features';
import { resultsWithin, type Measures } from '@aion/market/records';
import {
  adjustHourly,
  fourHourOf,
  columnsOf,
  loadReadiness,
  runStages,
  saveReadiness,
  type PipelinePorts,
  type RunRecord,
  type Span,
  type Stage,
  type StageRunner,
  type Stages,
  type StepListener,
} from '@aion/pipeline';
import { loadActiveSignals, refine, type Readiness, type Signal } from '@aion/signals';
import { barringMeasures, type GateRules } from '@aion/universe';
import { type OpenSession, requireSession, sessionAt } from './session.ts';

export const HOURLY_STEPS = [{ name: 'refine', title: 'Refine the entries of active signals' }] as const;

/**
 * The light hourly run: every active signal becomes READY_TO_ENTER or WAIT. It reads hourly bars that have closed by now
 * and nothing else; it loads no model, creates no signal and changes none.
 */
export async function runHourly(
  ports: PipelinePorts,
  run: RunRecord,
  lakeVersion: string,
  listener?: StepListener,
  span?: Span,
): Promise<RunRecord> {
  const nowMs = asOf(ports, run.sessionDate);
  const job = async function* (runner: StageRunner): Stages<void> {
    yield* runner.stage(refineStage, { sessionDate: run.sessionDate, nowMs, lakeVersion });
  };
  return runStages(ports, run, HOURLY_STEPS, listener, job, span);
}

/** Now, or for a session that is over the instant of its close: what that session knew, and nothing of today. */
function asOf({ market, marketClock }: PipelinePorts, sessionDate: SessionDate): EpochMs {
  const nowMs = marketClock.nowMs();
  const { closeMs } = requireSession(market.calendar, sessionDate);
  const current = sessionAt(market.calendar, nowMs);
  if (sessionDate > current)
    throw new AppError('bad_input', `the session of ${sessionDate} has not opened yet; the current one is ${current}`);
  return sessionDate === current ? nowMs : closeMs;
}

const ARRIVAL_MS = 10 * 60_000;
type DueHours = Pick<OpenSession, 'openMs' | 'closeMs' | 'phases'>;

interface RefineInput {
  readonly sessionDate: string;
  readonly nowMs: number;
  readonly lakeVersion: string;
}

const refineStage: Stage<RefineInput, { ready: number; wait: number }> = {
  name: 'refine',
  title: HOURLY_STEPS[0].title,
  async run({ sessionDate, nowMs }, context) {
    const { ports } = context;
    const { market } = ports;
    const hours = requireSession(market.calendar, sessionDate);
    const notBeforeMs = newestDueCloseMs(hours, nowMs) - 1;
    // A session knows nothing of the signals that came after it.
    const active = (await loadActiveSignals(ports.items, market.exchange, sessionDate)).filter(
      ({ signal }) => signal.sessionDate <= sessionDate,
    );
    const served = await loadReadiness(ports, market.exchange);
    if (served !== undefined && market.calendar.dateAt(served.asOfMs) > sessionDate) {
      throw new AppError(
        'conflict',
        `a refinement of ${market.calendar.dateAt(served.asOfMs)} is served; an older one of ${sessionDate} does not replace it`,
      );
    }
    const day = toEpochDay(sessionDate);
    const fromDay = toEpochDay(market.calendar.previousSession(sessionDate, INTRADAY_SESSIONS));
    const [hourly, actions, measures] = await Promise.all([
      market.hourly(fromDay, day),
      market.actions(),
      market.measures(nowMs, nowMs),
    ]);
    const bySymbol = new Map(hourly.map((bars) => [bars.symbol, bars]));
    const readiness = new Map<string, Readiness>();
    const tally: Record<string, number> = {};
    for (const [index, { signal }] of active.entries()) {
      const raw = bySymbol.get(signal.symbol);
      const closed = raw === undefined ? undefined : adjustHourly(raw, actions, day, market.calendar, nowMs);
      const intraday =
        closed === undefined || closed.bars.openTimeMs.length === 0
          ? undefined
          : {
              hour: columnsOf(closed.bars),
              fourHour: columnsOf(fourHourOf(closed.bars, market.calendar, nowMs)),
              lastCloseTimeMs: closed.lastCloseTimeMs,
            };
      const barred = barredBy(measures, signal, sessionDate, ports.gateRules);
      const refined =
        barred.length > 0 && signal.plan !== null
          ? ({ state: 'WAIT', reasons: barred, asOfMs: nowMs } as const)
          : refine(signal, intraday, { notBeforeMs }, nowMs);
      const result = whileValid(signal, refined, sessionDate);
      context.progress(index + 1, active.length);
      if (result === null) continue;
      readiness.set(signal.id, result);
      const reason = tallyName(result);
      tally[reason] = (tally[reason] ?? 0) + 1;
    }
    await saveReadiness(ports, market.exchange, nowMs, readiness);
    const ready = [...readiness.values()].filter((value) => value.state === 'READY_TO_ENTER').length;
    return { output: { ready, wait: readiness.size - ready }, figures: { signals: active.length, ...tally } };
  },
};

/** What became known since a signal was published and bars its entry now: measures of the exchange, a day of results that has come. */
function barredBy(
  measures: Measures,
  signal: Signal,
  today: SessionDate,
  rules: GateRules,
): readonly ReadinessReason[] {
  const { symbol, sessionDate } = signal;
  const results = resultsWithin(measures, symbol, fromEpochDay(toEpochDay(sessionDate) + 1), today);
  return [
    ...barringMeasures(measures.inForce.get(symbol) ?? [], rules).map(
      (measure) => ({ code: 'measure', ...measure }) as const,
    ),
    ...(results === undefined ? [] : [{ code: 'results', on: results } as const]),
  ];
}

function tallyName(readiness: Readiness): string {
  if (readiness.state === 'READY_TO_ENTER') return 'ready';
  return isChecked(readiness) ? `waits: ${readiness.reasons[0]?.code.replaceAll('_', ' ')}` : 'not checked';
}

/**
 * The close of the newest hourly bar that must be there at an instant, with ten minutes for it to arrive; the session's open
 * while none is due. A bar that is older says nothing of now. Beside a closing auction not every share has a bar.
 */
export function newestDueCloseMs(hours: DueHours, nowMs: EpochMs): EpochMs {
  const arrivedMs = nowMs - ARRIVAL_MS;
  const lastMs = Math.min(
    hours.closeMs,
    ...hours.phases.filter(({ kind }) => kind === 'closing_auction').map(({ openMs }) => openMs),
  );
  if (arrivedMs >= lastMs) return lastMs;
  const closed = Math.max(0, Math.floor((arrivedMs - hours.openMs) / HOUR_MS));
  return hours.openMs + closed * HOUR_MS;
}

/** A signal whose time has passed is never ready, whatever its bars say. */
function whileValid(signal: Signal, readiness: Readiness | null, sessionDate: SessionDate): Readiness | null {
  if (readiness?.state !== 'READY_TO_ENTER' || signal.plan === null || signal.plan.validUntil >= sessionDate)
    return readiness;
  const { validUntil } = signal.plan;
  return { state: 'WAIT', reasons: [{ code: 'expired', validUntil }], asOfMs: readiness.asOfMs };
}

import { toEpochDay } from '@aion/core';
import {
  adjustHourly,
  fourHourOf,
  columnsOf,
  INTRADAY_SESSIONS,
  runStages,
  saveReadiness,
  type PipelinePorts,
  type RunRecord,
  type Stage,
  type StepListener,
} from '@aion/pipeline';
import { loadActiveSignals, refine, type Readiness } from '@aion/signals';

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
): Promise<RunRecord> {
  const nowMs = ports.marketClock.nowMs();
  return runStages(ports, run, HOURLY_STEPS, listener, async (runner) => {
    await runner.stage(refineStage, { sessionDate: run.sessionDate, nowMs, lakeVersion });
  });
}

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
    const active = await loadActiveSignals(ports.items, market.exchange);
    const session = market.calendar.session(sessionDate);
    const notBeforeMs = session.kind === 'closed' ? nowMs : session.openMs;
    const day = toEpochDay(sessionDate);
    const fromDay = toEpochDay(market.calendar.previousSession(sessionDate, INTRADAY_SESSIONS));
    const [hourly, actions] = await Promise.all([market.hourly(fromDay, day), market.actions()]);
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
      const result = refine(signal, intraday, { notBeforeMs }, nowMs);
      context.progress(index + 1, active.length);
      if (result === null) continue;
      readiness.set(signal.id, result);
      const reason =
        result.state === 'READY_TO_ENTER' ? 'ready' : `waits: ${result.reasons[0]?.code.replaceAll('_', ' ')}`;
      tally[reason] = (tally[reason] ?? 0) + 1;
    }
    await saveReadiness(ports.items, market.exchange, nowMs, readiness);
    const ready = [...readiness.values()].filter((value) => value.state === 'READY_TO_ENTER').length;
    return { output: { ready, wait: readiness.size - ready }, figures: { signals: active.length, ...tally } };
  },
};

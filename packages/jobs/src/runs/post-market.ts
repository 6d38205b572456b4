import {
  dayReportStage,
  runStages,
  verifyRecordStage,
  type PipelinePorts,
  type RunRecord,
  type Span,
  type StageRunner,
  type Stages,
  type StepListener,
} from '@aion/pipeline';
import { requireSession } from './session.ts';

export const POST_MARKET_STEPS = [
  { name: verifyRecordStage.name, title: verifyRecordStage.title },
  { name: dayReportStage.name, title: dayReportStage.title },
] as const;

/** After the close: checks the track record and writes the day's report. Outcomes and learning join it when they are built. */
export async function runPostMarket(
  ports: PipelinePorts,
  run: RunRecord,
  _lakeVersion: string,
  listener?: StepListener,
  span?: Span,
): Promise<RunRecord> {
  const { sessionDate, startedMs: nowMs } = run;
  requireSession(ports.market.calendar, sessionDate);
  const job = async function* (runner: StageRunner): Stages<void> {
    const record = yield* runner.stage(verifyRecordStage, { nowMs });
    yield* runner.stage(dayReportStage, { sessionDate, nowMs, record });
  };
  return runStages(ports, run, POST_MARKET_STEPS, listener, job, span);
}

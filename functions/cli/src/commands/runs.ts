import { Option, type Command } from 'commander';
import { AppError, SessionDate } from '@aion/core';
import { loadRun, type RunKind, type StepRecord } from '@aion/pipeline';
import { actorNamed, OPERATOR, type Actor } from '@aion/jobs';
import { executeRun, prepareRun } from '@aion/jobs/runs';
import { count, print, say, withHome } from '../session.ts';

interface RunOptions {
  readonly date?: string;
  readonly workers?: string;
  readonly run?: string;
  readonly triggeredBy: Actor;
  readonly json: boolean;
}

export function addRunCommands(program: Command): void {
  for (const [kind, description] of [
    ['daily', 'the heavy run over the whole market: bars to published signals'],
    ['hourly', 'refine the entries of active signals: READY_TO_ENTER or WAIT'],
    ['post-market', "after the close: check the track record and write the day's report"],
  ] as const) {
    program
      .command(kind)
      .description(description)
      .option('--date <YYYY-MM-DD>', 'session; the newest whole one when left out')
      .option('--workers <n>', 'threads that compute features')
      .option('--run <id>', 'take up an earlier run again')
      .addOption(
        new Option('--triggered-by <name>', 'who is recorded as having started it')
          .argParser(actorNamed)
          .default(OPERATOR, 'command line'),
      )
      .option('--json', 'print the result as JSON', false)
      .action((options: RunOptions) => run(kind, options));
  }
}

async function run(kind: RunKind, options: RunOptions): Promise<void> {
  if (options.date !== undefined && !SessionDate.safeParse(options.date).success) {
    throw new AppError('bad_input', `--date needs YYYY-MM-DD, found "${options.date}"`);
  }
  const workers = options.workers === undefined ? undefined : Number(options.workers);
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1 && workers <= 16)) {
    throw new AppError('bad_input', `--workers needs 1 to 16, found "${options.workers}"`);
  }
  const startedMs = performance.now();
  const finished = await withHome(async (embedded) => {
    const prepared = await prepareRun(embedded, {
      kind,
      actor: options.triggeredBy,
      ...(options.date === undefined ? {} : { sessionDate: options.date }),
      ...(options.run === undefined ? {} : { runId: options.run }),
    });
    await executeRun(embedded, prepared, { listener: showStep, ...(workers === undefined ? {} : { workers }) });
    return loadRun(embedded.items, prepared.id);
  });
  const { run: record, steps } = finished;
  const { summary } = record;
  const result = {
    runId: record.id,
    kind,
    sessionDate: record.sessionDate,
    revision: record.revision,
    snapshotId: record.snapshotId,
    ...(summary === null
      ? { figures: steps[0]?.figures }
      : {
          symbolsRead: summary.symbolsRead,
          quarantined: Object.fromEntries(summary.quarantined.map(({ reason, count: n }) => [reason, n])),
          rejected: Object.fromEntries(summary.rejected.map(({ reason, count: n }) => [reason, n])),
          universe: summary.universe,
          signals: summary.buy + summary.sell,
          buy: summary.buy,
          sell: summary.sell,
          hold: summary.hold,
          held: Object.fromEntries(summary.held.map(({ reason, count: n }) => [reason, n])),
          signalsHash: summary.signalsHash,
        }),
    stages: Object.fromEntries(
      steps.map((step) => [step.name, { milliseconds: step.milliseconds, status: step.status }]),
    ),
    milliseconds: Math.round(performance.now() - startedMs),
  };
  print(options, result, () =>
    summary === null
      ? `${record.sessionDate}: ${Object.entries(steps[0]?.figures ?? {})
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}`
      : [
          `${record.sessionDate}, revision ${record.revision}: ${summary.buy} BUY, ${summary.sell} SELL, ${summary.hold} held, of ${count(summary.universe)} in the universe (${count(summary.symbolsRead)} read)`,
          ...summary.rejected.map((entry) => `  ${String(entry.count).padStart(6)}  ${entry.title}`),
          `signals hash ${summary.signalsHash}`,
        ].join('\n'),
  );
}

export function showStep(step: StepRecord, index: number, total: number): void {
  const place = `[${String(index + 1).padStart(2)}/${total}] ${step.title}`;
  if (step.status === 'running') {
    const { progress } = step;
    say(
      progress === null
        ? `${place} …`
        : `${place}: ${Math.floor((100 * progress.done) / Math.max(1, progress.total))} %`,
      { transient: true },
    );
  } else if (step.status === 'done' || step.status === 'reused') {
    const figures = Object.entries(step.figures)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? count(value) : value}`)
      .join(', ');
    say(`${place}: ${figures}${step.status === 'reused' ? ' (done before)' : ''} · ${step.milliseconds} ms`);
  } else if (step.status === 'failed') say(`${place}: FAILED: ${step.error}`);
}

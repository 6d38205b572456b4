// One task of a run in a process of its own, as a function or a container does it. Arguments: HOME KIND TASK RUN [SHARD OF].
// The task `prepare` makes the run. Prints what it took and what it asked for as one JSON line.
import { makeEmfTelemetry } from '@aion/adapters/aws/emf-telemetry';
import { composeEmbedded, loadConfig } from '@aion/runtime';
import { prepareTasks, runTask } from '@aion/jobs/runs';
import { type Host } from '@aion/jobs';
import { meterItems, meterObjects, noDemand } from './cost/meters.ts';
import { meterTelemetry } from './cost/telemetry-meter.ts';

const [home, kind, task, runId, shard, of] = process.argv.slice(2);
const embedded = composeEmbedded(
  loadConfig({ ...process.env, AION_HOME: home, AION_LOG_LEVEL: 'info' }, process.cwd()),
);
const demand = noDemand();
const items = meterItems(embedded.items, demand);
const objects = meterObjects(embedded.objects, demand);
const lines = meterTelemetry((write) =>
  makeEmfTelemetry({
    clock: embedded.clock,
    write,
    dimensions: { deployment: 'prod' },
    fields: { correlationId: runId, traceId: 'Root=1-00000000-000000000000000000000000;Sampled=1' },
  }),
);
const ingest = { ...embedded.ingest, items, objects };
const host: Host = {
  ...embedded,
  items,
  objects,
  ingest,
  telemetry: lines.telemetry,
  pipeline: async () => ({ ...(await embedded.pipeline({ workers: 1 })), items, objects, telemetry: lines.telemetry }),
};
const startedMs = performance.now();
const event =
  shard === undefined ? { task, runId } : { task: `${task}-shard`, runId, shard: Number(shard), of: Number(of) };
const result =
  task === 'prepare'
    ? await prepareTasks(host, { kind, triggeredBy: 'bench', sessionDate: runId })
    : await runTask(host, event);
process.stdout.write(
  `${JSON.stringify({
    result,
    seconds: (performance.now() - startedMs) / 1000,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    demand,
    logBytes: lines.bytes(),
    metrics: lines.metrics(),
  })}\n`,
);
embedded.close();

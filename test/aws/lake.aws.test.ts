import { afterAll, beforeAll, expect, it } from 'vitest';
import { lakeTools } from '@aion/runtime/cloud/lake-tools';
import { composeCloud } from '@aion/runtime/cloud/compose-cloud';
import { archiveSeries, compactSeries, describeLake, restoreSeries, sweepSeries, verifySeries } from '@aion/jobs/lake';
import { commitBars, compactLake, readManifest, verifyLake } from '@aion/market';
import { barsOfDays } from '../lake-writer.ts';
import { openStage } from './stage-on-emulators.ts';

const WRITERS = 4;
const DAYS_EACH = 6;
let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it('writers at the same time, and one who joins what they wrote, lose no bar on DynamoDB and S3', async () => {
  const hosts = Array.from({ length: WRITERS + 1 }, () => composeCloud(stage.variables, stage.emulators, lakeTools));
  const [joiner, ...writers] = hosts;
  const work = { isDone: false };
  const commitAll = writers.map(async ({ ingest }, writer) => {
    for (let day = 0; day < DAYS_EACH; day++)
      await commitBars(ingest, 'NSE', 'daily', barsOfDays(writer * DAYS_EACH + day, 1));
  });
  const join = async (): Promise<number> => {
    let joined = 0;
    while (!work.isDone) joined += (await compactLake(joiner!.ingest, 'NSE', 'daily', { today: 30_000 })).length;
    return joined;
  };
  const joining = join();
  await Promise.all(commitAll).finally(() => (work.isDone = true));
  expect(await joining).toBeGreaterThan(0);
  const manifest = await readManifest(joiner!.ingest, 'NSE');
  expect(manifest.sessionDays).toHaveLength(WRITERS * DAYS_EACH);
  expect((await verifyLake(joiner!.ingest, manifest)).problems).toEqual([]);
});

it('an operator looks after the lake of a stage as after that of a home', async () => {
  const host = composeCloud(stage.variables, stage.emulators, lakeTools);
  const daily = { exchange: 'NSE', series: 'daily' } as const;
  await compactSeries(host, { ...daily, all: true, dryRun: false });
  const before = (await verifySeries(host, daily))[0]!;
  expect(before.problems).toEqual([]);
  expect(before.rows).toBeGreaterThanOrEqual(WRITERS * DAYS_EACH);
  const [archived] = await archiveSeries(host, { ...daily, olderThanYears: 1, dryRun: false });
  expect((await describeLake(host, daily))[0]!.partitions).toMatchObject([
    { partition: archived!.partition, archived: true, rows: before.rows },
  ]);
  await expect(archiveSeries(host, { ...daily, dryRun: false })).rejects.toMatchObject({ code: 'bad_input' });
  expect(await restoreSeries(host, { ...daily, dryRun: false })).toMatchObject([{ rows: before.rows }]);
  expect((await verifySeries(host, daily))[0]).toMatchObject({ rows: before.rows, problems: [] });
  // What the joining left behind waits out its seven days.
  expect((await sweepSeries(host, { ...daily, dryRun: true }))[0]).toMatchObject({ removed: [] });
});

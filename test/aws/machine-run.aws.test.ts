import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { listRuns, loadPointer } from '@aion/pipeline';
import { exportState, importState, type Embedded, type MoveSource } from '@aion/runtime';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import { daily, newFolder, openHome, removeFolders, simulatedHome, TWO_SHARDS } from '../embedded-home.ts';
import { executeMachine } from '../infra/execute-machine.ts';
import { realHandlers } from '../infra/real-handlers.ts';
import { openStage } from './stage-on-emulators.ts';

const SESSION = '2026-02-27';
const REQUEST = { kind: 'daily', triggeredBy: 'test', sessionDate: SESSION };
const sourceOf = (home: Embedded): MoveSource => ({
  name: 'embedded',
  items: home.items,
  objects: home.objects,
  clock: home.clock,
  kill: home.kill,
  allItems: () => allSqliteItems(home.state, home.clock.nowMs()),
});

let home: Embedded;
let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  home = await simulatedHome('to-aws', TWO_SHARDS);
  const market = join(newFolder('market'), 'state');
  await exportState(sourceOf(home), market);
  stage = await openStage({ ledgerSecret: home.ledgerSecret, variables: { AION_SYMBOLS_PER_TASK: '30' } });
  await importState(stage.source, market);
});
afterAll(() => {
  stage.close();
  home.close();
  removeFolders();
});

describe('a product on AWS', () => {
  it('runs the synthesised daily machine on DynamoDB and S3 to the same signals as one machine', async () => {
    const { summary } = await daily(home, { sessionDate: SESSION });
    const run = await executeMachine('daily', REQUEST, realHandlers(stage.host, { container: stage.container }));
    expect(run).toMatchObject({ status: 'succeeded', retries: {} });
    expect(run.visited).toContain('FeaturesShards');
    const { runs } = await listRuns(stage.host.items, 'NSE', { limit: 5 });
    expect(runs).toHaveLength(1);
    expect(runs[0]!.run.summary!.signalsHash).toBe(summary!.signalsHash);
    const [here, there] = [await loadPointer(home.items, 'NSE'), await loadPointer(stage.host.items, 'NSE')];
    expect(there!.snapshotId).toBe(here!.snapshotId);
    const record = await verifyStoredLedger(stage.host);
    expect(record).toMatchObject({ ok: true });
    expect(record.entries).toBe(summary!.buy + summary!.sell);
  });

  it('refines and reports by its other machines', async () => {
    const handlers = realHandlers(stage.host, { container: stage.container });
    for (const kind of ['hourly', 'post-market'] as const)
      expect((await executeMachine(kind, { ...REQUEST, kind }, handlers)).status).toBe('succeeded');
  });

  it('moves back to one machine with everything it has, and the record still holds', async () => {
    const folder = join(newFolder('back'), 'state');
    const manifest = await exportState(stage.source, folder);
    const back = openHome(newFolder('back-home'));
    const report = await importState(sourceOf(back), folder);
    expect(report).toMatchObject({ stateHash: manifest.stateHash, itemsThere: 0 });
    const record = await verifyStoredLedger({ items: back.items, ledgerSecret: stage.host.ledgerSecret });
    expect(record).toMatchObject({ ok: true });
    expect(await loadPointer(back.items, 'NSE')).toEqual(await loadPointer(stage.host.items, 'NSE'));
    back.close();
  });
});

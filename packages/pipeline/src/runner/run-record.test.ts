import { expect, it } from 'vitest';
import type { ItemTable } from '@aion/core';
import { makeFixturePorts, START_MS } from '../../test/fixture-ports.ts';
import { latestKey, loadLatest } from '../publication/latest-pointer.ts';
import { createRun, loadRun, saveRun, type RunRecord } from './run-record.ts';

const run = (id: string, startedMs: number, status: RunRecord['status'] = 'running'): RunRecord => ({
  id,
  kind: 'daily',
  exchange: 'NSE',
  sessionDate: '2026-02-27',
  status,
  revision: null,
  snapshotId: null,
  triggeredBy: 'test',
  owner: 'host:1',
  startedMs,
  finishedMs: null,
  error: null,
  summary: null,
});
const newest = async (items: ItemTable) => (await loadLatest(items, 'NSE')).run;

it('pages show the run that was begun last, also when an earlier one is written after it', async () => {
  const { items } = makeFixturePorts();
  await createRun(items, run('early', START_MS));
  await createRun(items, run('late', START_MS + 1));
  await saveRun(items, run('early', START_MS, 'failed'));
  expect(await newest(items)).toMatchObject({ id: 'late', status: 'running' });
  await saveRun(items, run('late', START_MS + 1, 'succeeded'));
  expect(await newest(items)).toMatchObject({ id: 'late', status: 'succeeded' });
});

it('of many that are begun at once pages show the last', async () => {
  const { items } = makeFixturePorts();
  const ids = [3, 1, 4, 0, 2];
  await Promise.all(ids.map((at) => createRun(items, run(`run-${at}`, START_MS + at))));
  expect(await newest(items)).toMatchObject({ id: 'run-4' });
});

it('a run is stored although others keep what pages show to themselves', async () => {
  const { items } = makeFixturePorts();
  let lost = 0;
  const busy: ItemTable = {
    ...items,
    async put(item, when) {
      if (item.pk !== 'LATEST#NSE') return items.put(item, when);
      lost++;
      await items.put({ ...item, body: { ...item.body, id: 'other', startedMs: START_MS } });
      return items.put(item, when);
    },
  };
  await saveRun(busy, run('ours', START_MS + 1));
  expect(lost).toBeGreaterThan(1);
  expect((await loadRun(items, 'ours')).run.id).toBe('ours');
});

it('a newest run that is damaged is written anew by the next', async () => {
  const { items } = makeFixturePorts();
  await items.put({ ...latestKey('NSE', 'RUN'), v: 1, body: { id: 7 } });
  await createRun(items, run('next', START_MS));
  expect(await newest(items)).toMatchObject({ id: 'next', status: 'running' });
});

import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { loadRun, saveRun } from '@aion/pipeline';
import { expect } from 'vitest';
import { cli } from '../../../test/embedded-home.ts';
import type { Embedded } from '../src/embedded/compose-embedded.ts';
import { makeRunLauncher } from '../src/embedded/schedule/run-launcher.ts';

/** Who is named as the owner of what a process left behind that has ended since. */
export function goneOwner(): string {
  const ended = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' });
  return `${hostname()}:${ended.stdout.trim()}:1`;
}

/** A launcher, as after a restart, goes on with a run that got as far as the models when its process went, and with no older one. */
export async function expectTakenUp(home: Embedded, runId: string): Promise<void> {
  const { run } = await loadRun(home.items, runId);
  // Whoever saw the end has written it down; after a crash of the server nobody would have, so the record is put back.
  await saveRun(home.items, { ...run, status: 'running', finishedMs: null, owner: goneOwner() });
  await saveRun(home.items, { ...run, id: 'NSE-older', startedMs: 1, status: 'queued' });

  const launcher = makeRunLauncher(home, cli);
  await launcher.recover();
  await launcher.idle();
  const { run: recovered, steps } = await loadRun(home.items, runId);
  expect(recovered).toMatchObject({ status: 'succeeded', error: null });
  expect(steps.filter(({ status }) => status === 'reused').length).toBeGreaterThan(5);
  expect((await loadRun(home.items, 'NSE-older')).run).toMatchObject({
    status: 'interrupted',
    error: 'the process ended before the run did',
  });
}

import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadPointer, loadRun, saveRun } from '@aion/pipeline';
import {
  cli,
  newFolder,
  openHome,
  removeFolders,
  simulatedHome,
  SMALL,
  TESTER,
} from '../../../../../test/embedded-home.ts';
import { expectTakenUp, goneOwner } from '../../../test/taken-up.ts';
import type { Embedded } from '../compose-embedded.ts';
import { executeRun, prepareRun } from '@aion/jobs/runs';
import { makeRunLauncher } from './run-launcher.ts';

let home: Embedded;
beforeEach(() => {
  for (const [name, value] of Object.entries({ ...SMALL, MODE: '' })) vi.stubEnv(name, value);
});
afterEach(() => {
  home.close();
  vi.unstubAllEnvs();
});
afterAll(removeFolders);

const statusOf = async (id: string): Promise<string> => (await loadRun(home.items, id)).run.status;

describe('the run launcher', () => {
  it('runs in a process of its own; of many requests at once one starts and the others are told of it', async () => {
    home = await simulatedHome('launcher');
    const launcher = makeRunLauncher(home, cli);
    const requests = Array.from({ length: 4 }, () => launcher.start({ kind: 'daily', actor: TESTER }));
    const answers = await Promise.all(requests);
    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1);
    expect(answers.map(({ alreadyRunning }) => alreadyRunning)).toEqual([false, true, true, true]);
    const { runId } = answers[0]!;
    // Another launcher over the same home, as after a restart of the server, sees it too and leaves it alone.
    const second = makeRunLauncher(home, cli);
    await second.recover();
    expect(await second.start({ kind: 'daily', actor: TESTER })).toEqual({ runId, alreadyRunning: true });
    // A request for another session is not answered with this one's run: it would be forgotten.
    await expect(launcher.start({ kind: 'daily', sessionDate: '2026-02-26', actor: TESTER })).rejects.toThrow(
      /daily run of 2026-02-27 is under way .*start that of 2026-02-26 when it has ended/,
    );
    await launcher.idle();
    expect(await statusOf(runId)).toBe('succeeded');
    expect(await loadPointer(home.items, 'NSE')).toMatchObject({ runId });

    // The next one. The list of processes tells nothing of who started it; its record knows.
    const next = await launcher.start({ kind: 'hourly', actor: { kind: 'user', email: 'who@example.org' } });
    expect(next.alreadyRunning).toBe(false);
    const listed = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });
    expect(listed).toContain(next.runId);
    expect(listed).not.toContain('who@example.org');
    await launcher.idle();
    const { run } = await loadRun(home.items, next.runId);
    expect(run).toMatchObject({ status: 'succeeded', triggeredBy: 'who@example.org' });
  });

  // Killed for good it is in the long form; here it fails within this process, and its record says what a crash leaves.
  it('takes a run up again whose process is gone, and only the newest', async () => {
    home = await simulatedHome('recover');
    const broken: Embedded = {
      ...home,
      pipeline: async () => ({
        ...(await home.pipeline()),
        models: { load: () => Promise.reject(new Error('planted')) },
      }),
    };
    const run = await prepareRun(home, { kind: 'daily', actor: TESTER });
    await expect(executeRun(broken, run)).rejects.toThrow('planted');
    await expectTakenUp(home, run.id);
  });

  it('leaves a run alone whose process lives, in this server or in another', async () => {
    home = await simulatedHome('alive');
    const run = await prepareRun(home, { kind: 'daily', actor: TESTER });
    const { owner } = await home.pipeline();
    await saveRun(home.items, { ...run, status: 'running', owner: owner.name });
    const launcher = makeRunLauncher(home, cli);
    await launcher.recover();
    await launcher.idle();
    expect(await statusOf(run.id)).toBe('running');
    expect(await launcher.start({ kind: 'daily', actor: TESTER })).toEqual({
      runId: run.id,
      alreadyRunning: true,
    });
  });

  it('a run that finds another under way says so in its record; one whose owner is gone is not waited for', async () => {
    home = await simulatedHome('second');
    const hold = (owner: string): Promise<number> =>
      home.items.put({
        table: 'ephemeral',
        pk: 'LEASE#NSE#daily',
        sk: 'LEASE',
        v: 1,
        body: { owner, untilMs: home.clock.nowMs() + 60_000 },
      });
    await hold('elsewhere:1:1');
    const run = await prepareRun(home, { kind: 'daily', actor: TESTER });
    await expect(executeRun(home, run)).rejects.toMatchObject({ code: 'conflict' });
    expect((await loadRun(home.items, run.id)).run).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/already running \(elsewhere/) as unknown,
    });
    await hold(goneOwner());
    const again = await prepareRun(home, { kind: 'daily', actor: TESTER });
    expect((await executeRun(home, again)).status).toBe('succeeded');
  });

  it('refuses to take a run up as one of another kind or session', async () => {
    home = await simulatedHome('kinds');
    const run = await prepareRun(home, { kind: 'hourly', actor: TESTER });
    const request = { kind: 'daily', actor: TESTER, runId: run.id } as const;
    await expect(prepareRun(home, request)).rejects.toThrow(/is the hourly run of 2026-02-27, not the daily run/);
    await expect(prepareRun(home, { ...request, kind: 'hourly', sessionDate: '2026-02-26' })).rejects.toMatchObject({
      code: 'bad_input',
    });
  });

  it('refuses a run without bars and starts nothing', async () => {
    home = openHome(newFolder('launcher-empty'));
    const launcher = makeRunLauncher(home, cli);
    await expect(launcher.start({ kind: 'daily', actor: TESTER })).rejects.toMatchObject({
      code: 'missing_data',
    });
    await launcher.idle();
    await expect(launcher.start({ kind: 'daily', actor: TESTER })).rejects.toMatchObject({
      code: 'missing_data',
    });
  });
});

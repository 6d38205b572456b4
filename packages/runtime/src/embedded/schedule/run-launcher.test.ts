import { execFileSync, spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
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

    const next = await launcher.start({ kind: 'hourly', actor: TESTER });
    expect(next.alreadyRunning).toBe(false);
    await launcher.idle();
    expect(await statusOf(next.runId)).toBe('succeeded');
  });

  it('tells the list of processes nothing of who started a run; its record knows', async () => {
    home = await simulatedHome('argv');
    const launcher = makeRunLauncher(home, cli);
    const { runId } = await launcher.start({ kind: 'post-market', actor: { kind: 'user', email: 'who@example.org' } });
    const listed = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });
    expect(listed).toContain(runId);
    expect(listed).not.toContain('who@example.org');
    await launcher.idle();
    expect((await loadRun(home.items, runId)).run.triggeredBy).toBe('who@example.org');
  });

  it('takes a run up again whose process was killed, and only the newest', async () => {
    home = await simulatedHome('recover');
    vi.stubEnv('AION_CRASH_AT', 'fuse:stored');
    const launcher = makeRunLauncher(home, cli);
    const { runId } = await launcher.start({ kind: 'daily', actor: TESTER });
    await launcher.idle();
    vi.stubEnv('AION_CRASH_AT', undefined);
    // This launcher saw its process end; after a crash of the server nobody would have, so the record is put back.
    expect(await statusOf(runId)).toBe('interrupted');
    const { run } = await loadRun(home.items, runId);
    await saveRun(home.items, { ...run, status: 'running', finishedMs: null });
    await saveRun(home.items, { ...run, id: 'NSE-older', startedMs: 1, status: 'queued' });

    const next = makeRunLauncher(home, cli);
    await next.recover();
    await next.idle();
    const { run: recovered, steps } = await loadRun(home.items, runId);
    expect(recovered).toMatchObject({ status: 'succeeded', error: null });
    expect(steps.filter(({ status }) => status === 'reused').length).toBeGreaterThan(5);
    expect((await loadRun(home.items, 'NSE-older')).run).toMatchObject({
      status: 'interrupted',
      error: 'the process ended before the run did',
    });
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
    const ended = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' });
    await hold(`${hostname()}:${ended.stdout.trim()}:1`);
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

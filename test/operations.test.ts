import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadEntitlement, saveEntitlement } from '@aion/accounts';
import { makeFrozenClock, queryAll } from '@aion/core';
import { flagHistory, listFlags, requireFlag, setFlag } from '@aion/trading';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { makeSqliteQueue } from '@aion/adapters/sqlite/queue';
import { listBundles, registerBundle } from '@aion/forecast';
import { ensureModels, prepareTasks } from '@aion/jobs/runs';
import { makeLakeWorker, scheduleHeartbeat, startScheduler } from '@aion/runtime';
import { saveProfile } from '@aion/jobs';
import { daily, newFolder, openHome, removeFolders, runCli, simulatedHome } from './embedded-home.ts';
import { fakeLauncher, newMember, serveHome } from './served-home.ts';

afterAll(removeFolders);
const off = { on: false, reason: 'the bhavcopy of today is wrong', by: 'ops' };

describe('feature flags', () => {
  it('are on until switched, and keep who switched them, when and why', async () => {
    const home = openHome(newFolder('flags'));
    expect((await listFlags(home.items)).every(({ on, changed }) => on && changed === null)).toBe(true);
    await requireFlag(home.items, 'uploads');
    await setFlag(home.items, home.clock, 'uploads', off);
    await expect(requireFlag(home.items, 'uploads')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(off.reason) as string,
    });
    await setFlag(home.items, home.clock, 'uploads', { on: true, reason: 'right again', by: 'ops' });
    await requireFlag(home.items, 'uploads');
    expect((await flagHistory(home.items)).map(({ name, before, on }) => [name, before, on])).toEqual([
      ['uploads', true, false],
      ['uploads', false, true],
    ]);
    home.close();
  });

  it('switched at once by many are each kept', async () => {
    const home = openHome(newFolder('flags-race'));
    const clock = makeFrozenClock(1_700_000_000_000);
    const items = makeSqliteItemTable(home.state, clock);
    await Promise.all([1, 2, 3].map(() => setFlag(items, clock, 'uploads', off)));
    expect(await flagHistory(items)).toHaveLength(3);
    home.close();
  });

  it('stop scheduled runs and catch-up, and no run that someone asks for', async () => {
    const home = await simulatedHome('flag-runs');
    await saveProfile(home.items, { simulated: true, asOfMs: Date.parse('2026-02-27T18:30:00+05:30') });
    await setFlag(home.items, home.clock, 'scheduled-runs', off);
    const scheduled = await prepareTasks(home, { kind: 'daily', triggeredBy: 'schedule' });
    expect(scheduled).toMatchObject({ decision: 'skip', reason: expect.stringContaining(off.reason) as string });
    await saveProfile(home.items, { simulated: true, asOfMs: null });
    const launcher = fakeLauncher();
    (await startScheduler(home, launcher, makeLakeWorker(home), scheduleHeartbeat(home), home.clock)).stop();
    expect(launcher.requests).toEqual([]);
    const asked = { kind: 'daily', triggeredBy: 'admin', sessionDate: '2026-02-27' };
    expect(await prepareTasks(home, asked)).toMatchObject({ decision: 'run' });
    home.close();
  });

  it('stop uploads with the reason', async () => {
    const served = await serveHome(newFolder('flag-uploads'));
    const admin = await newMember(served, 'basic', 'admin');
    await setFlag(served.embedded.items, served.embedded.clock, 'uploads', off);
    const response = await fetch(`${served.api.url}/v1/admin/bhavcopy?name=a.csv`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.token}` },
      body: 'symbol\n',
    });
    expect(response.status).toBe(503);
    expect(JSON.stringify(await response.json())).toContain(off.reason);
    await served.close();
  });
});

describe('the operator’s commands', () => {
  it('switch a flag with a reason, and refuse one without, or one that does not exist', async () => {
    const home = newFolder('cli-flag');
    expect(await runCli(home, ['flag', 'set', 'uploads', 'off'])).toMatchObject({ code: 2 });
    const unknown = await runCli(home, ['flag', 'set', 'upload', 'off', '--reason', 'because']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('scheduled-runs, uploads') as string });
    const set = await runCli(home, ['flag', 'set', 'uploads', 'off', '--reason', 'a bad file']);
    expect(set.stdout).toMatch(/OFF {2}uploads .*a bad file/);
    const listed = await runCli(home, ['flag', 'list', '--json']);
    expect(listed.stdout).toContain('"on":false');
  });

  it('make a link to set a password, once, for an account that is there or new, and keep why', async () => {
    const served = await serveHome(newFolder('cli-link'));
    const folder = served.embedded.loaded.home;
    const member = await newMember(served, 'pro');
    expect(await runCli(folder, ['user', 'link', member.email])).toMatchObject({ code: 2 });
    expect(await runCli(folder, ['user', 'link', 'no address', '--reason', 'because'])).toMatchObject({ code: 2 });
    for (const email of [member.email, 'somebody@example.org']) {
      const made = await runCli(folder, ['user', 'link', email, '--reason', 'asked by phone', '--json']);
      const { url, made: isNew } = made.json<{ url: string; made: boolean }>();
      expect(isNew).toBe(email !== member.email);
      const link = new URL(url);
      expect([link.pathname, link.searchParams.get('type')]).toEqual(['/login/confirm', 'recovery']);
      const body = JSON.stringify({ type: 'recovery', token_hash: link.searchParams.get('token_hash') });
      const verify = () => fetch(`${served.api.url}/auth/v1/verify`, { method: 'POST', body });
      // The link lives by the wall clock of the command; the server of this test lives later.
      served.clock.set(Date.now());
      expect([(await verify()).status, (await verify()).status]).toEqual([200, 400]);
    }
    const audit = await queryAll(served.embedded.items, { table: 'money', pk: 'AUDIT#users' });
    const kept = { by: 'command line', reason: 'asked by phone', what: 'a link to set the password was made' };
    expect(audit.map(({ body }) => body)).toMatchObject([kept, kept]);
    await served.close();
  });

  it('change what a user may, with an audit entry, and name a user who is not there', async () => {
    const folder = newFolder('cli-user');
    const home = openHome(folder);
    const user = {
      userId: 'u1',
      email: 'a@example.org',
      tier: 'basic',
      role: 'member',
      source: 'signup',
      updatedMs: 0,
    } as const;
    await saveEntitlement(home.items, user);
    const set = await runCli(folder, ['user', 'set', 'a@example.org', '--role', 'admin', '--reason', 'first admin']);
    expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('a@example.org: basic, admin') as string });
    expect(await loadEntitlement(home.items, 'u1')).toMatchObject({ tier: 'basic', role: 'admin', source: 'admin' });
    const audit = await queryAll(home.items, { table: 'money', pk: 'AUDIT#users' });
    expect(audit.map(({ body }) => body)).toEqual([
      expect.objectContaining({
        reason: 'first admin',
        before: { tier: 'basic', role: 'member', granted: 'basic', billed: 'basic' },
      }),
    ]);
    expect(await runCli(folder, ['user', 'show', 'b@example.org'])).toMatchObject({ code: 3 });
    expect(await runCli(folder, ['user', 'set', 'a@example.org', '--tier', 'gold', '--reason', 'x y z'])).toMatchObject(
      { code: 2 },
    );
    home.close();
  });

  it('refuse an address that two accounts have, and take the one whose id is given', async () => {
    const folder = newFolder('cli-two-users');
    const home = openHome(folder);
    for (const userId of ['from-before', 'from-supabase'])
      await saveEntitlement(home.items, {
        userId,
        email: 'a@example.org',
        tier: 'basic',
        role: 'member',
        source: 'signup',
        updatedMs: 0,
      });
    const tier = ['--tier', 'pro', '--reason', 'moved house'];
    const two = await runCli(folder, ['user', 'set', 'a@example.org', ...tier]);
    expect(two.code).not.toBe(0);
    expect(two.stderr).toContain('from-before, from-supabase');
    const set = await runCli(folder, ['user', 'set', '--id', 'from-supabase', ...tier]);
    expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('pro granted by admin') as string });
    expect((await loadEntitlement(home.items, 'from-before'))!.tier).toBe('basic');
    for (const named of [[], ['a@example.org', '--id', 'from-before']])
      expect(await runCli(folder, ['user', 'show', ...named])).toMatchObject({ code: 2 });
    expect(await runCli(folder, ['user', 'show', '--id', 'nobody'])).toMatchObject({ code: 3 });
    home.close();
  });

  it('show dead letters and put them back', async () => {
    const folder = newFolder('cli-queue');
    const home = openHome(folder);
    expect((await runCli(folder, ['queue', 'list'])).stdout).toContain('no dead letters');
    const clock = makeFrozenClock(home.clock.nowMs() - 60_000);
    const queue = makeSqliteQueue(home.state, clock, 'billing', { maxDeliveries: 1 });
    await queue.send({ body: '{"id":"evt_poison"}', groupId: 'cus_1', deduplicationId: 'evt_poison' });
    await queue.receive({ max: 1, visibilityMs: 1000 });
    clock.advance(2000);
    await queue.receive({ max: 1, visibilityMs: 1000 });
    const listed = (await runCli(folder, ['queue', 'list', '--json'])).json<{ deadLetters: { id: string }[] }>();
    const [dead] = listed.deadLetters;
    expect(dead).toMatchObject({ groupId: 'cus_1' });
    expect((await runCli(folder, ['queue', 'show', dead!.id])).stdout).toContain('evt_poison');
    expect((await runCli(folder, ['queue', 'redrive', '--json'])).json()).toEqual({ redriven: 1 });
    expect((await runCli(folder, ['queue', 'list'])).stdout).toContain('no dead letters');
    home.close();
  });

  it('move a product to another home, and refuse a file that names no stage', async () => {
    const home = await simulatedHome('cli-move');
    await daily(home);
    const folder = join(newFolder('cli-export'), 'state');
    const exported = await runCli(home.loaded.home, ['export-state', folder, '--json']);
    const { stateHash } = exported.json<{ stateHash: string }>();
    const other = newFolder('cli-import');
    const imported = await runCli(other, ['import-state', folder, '--json']);
    // Another home has another ledger secret: the state is there, and the record says whose secret it needs.
    expect(imported.code).toBe(5);
    expect(imported.json()).toMatchObject({ stateHash, record: { ok: false } });
    const wrong = join(newFolder('cli-stage'), 'stage.json');
    writeFileSync(wrong, '[]');
    expect(await runCli(other, ['stage', 'check', '--stage', wrong])).toMatchObject({ code: 2 });
    writeFileSync(wrong, '{}');
    for (const command of [
      ['stage', 'check'],
      ['user', 'show', 'a@example.org'],
      ['import-state', folder],
    ]) {
      const refused = await runCli(other, [...command, '--stage', wrong]);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('AWS_REGION') as string });
      expect(refused.stderr).not.toContain('    at ');
    }
    writeFileSync(wrong, '{"AION_STAGE":"dev","AWS_REGION":"ap-south-1"}');
    const half = await runCli(other, ['export-state', join(other, 'x'), '--stage', wrong]);
    expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining('AION_TABLE_PRODUCT') as string });
    home.close();
  });

  it('roll a bundle back and forth, and say when there is none before', async () => {
    const folder = newFolder('cli-models');
    const home = openHome(folder);
    expect((await runCli(folder, ['models', 'list'])).stdout).toContain('no bundle is registered yet');
    await ensureModels(home);
    const { versions } = await listBundles(home.items);
    expect(await runCli(folder, ['models', 'rollback'])).toMatchObject({ code: 3 });
    const found = (await home.items.get({ table: 'product', pk: 'MODELS#swing', sk: `BUNDLE#${versions[0]}` }))!;
    await registerBundle(home, { ...(found.body as unknown as Parameters<typeof registerBundle>[1]), version: 'next' });
    expect((await runCli(folder, ['models', 'promote', 'next'])).stdout).toMatch(/^next {2}champion$/m);
    expect((await runCli(folder, ['models', 'rollback'])).stdout).toMatch(
      new RegExp(`^${versions[0]} {2}champion$`, 'm'),
    );
    expect((await listBundles(home.items)).aliases).toEqual({ champion: versions[0], previous: 'next' });
    expect(await runCli(folder, ['models', 'promote', 'unknown'])).toMatchObject({ code: 3 });
    home.close();
  });
});

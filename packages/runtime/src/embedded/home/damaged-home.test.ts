import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { saveEntitlement } from '@aion/accounts';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { listAnew } from '../../../../../test/changed-backup.ts';
import { newFolder, openHome, removeFolders } from '../../../../../test/embedded-home.ts';
import type { LoadedConfig } from '../load-config.ts';
import { backUp } from './backup.ts';
import { killPath, markerPath, secretsPath, statePath } from './home-paths.ts';
import { withKillOf } from './kill-of-home.ts';
import { restore } from './restore.ts';

afterAll(removeFolders);
const on = { active: true, reason: 'a drill', by: 'operator' };
const PAGE = 4096;

/** A closed home with an account and enough pages to lose, and a backup of it from before its switch was set. */
async function livedIn({ kill = false } = {}): Promise<{ loaded: LoadedConfig; backup: string }> {
  const home = openHome(join(newFolder('damaged'), 'home'));
  for (let n = 0; n < 20; n++)
    await home.items.put({ table: 'product', pk: `X#${n}`, sk: '1', v: 1, body: { text: 'x'.repeat(3000) } });
  const email = 'a@example.org';
  await saveEntitlement(home.items, { userId: 'a', email, tier: 'pro', role: 'admin', source: 'admin', updatedMs: 0 });
  const backup = join(newFolder('backups'), 'one');
  await backUp(home, backup);
  if (kill) await home.kill.set(on);
  await home.kill.settled();
  home.close();
  return { loaded: home.loaded, backup };
}

function overwrite(path: string, from: number, to: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(to - from, 0xab), 0, to - from, from);
  closeSync(file);
}

/** Runs SQL on the closed state file, past the program. */
function rewrite(home: string, sql: string): void {
  const db = new DatabaseSync(statePath(home));
  db.exec(sql);
  db.close();
}

const HARMS: readonly (readonly [string, (home: string) => void])[] = [
  ['every page but the first is lost', (home) => overwrite(statePath(home), PAGE, statSync(statePath(home)).size)],
  ['its first page is lost behind the header', (home) => overwrite(statePath(home), 100, PAGE)],
  ['its header is lost', (home) => overwrite(statePath(home), 0, 100)],
  ['it is a folder', (home) => (rmSync(statePath(home)), mkdirSync(statePath(home)))],
];

describe.each(HARMS)('a home whose state file is damaged: %s', (_what, harm) => {
  it.each([false, true])('reads as stopped, and can be stopped (kill set before: %s)', async (kill) => {
    const { loaded } = await livedIn({ kill });
    harm(loaded.home);
    expect(await withKillOf(loaded, (found) => found.read())).toMatchObject({ active: true, known: kill });
    const set = await withKillOf(loaded, (found) => found.set(on));
    expect(set).toMatchObject({ active: true, known: true });
    expect(await withKillOf(loaded, (found) => found.read())).toMatchObject({ active: true, known: true });
    await expect(withKillOf(loaded, (found) => found.set({ ...on, active: false }))).rejects.toMatchObject({
      name: 'AppError',
    });
  });
});

describe.each(HARMS.filter(([what]) => what !== 'it is a folder'))(
  'a home whose state file is damaged: %s',
  (_what, harm) => {
    it('is restored, says that all counts as new, and stays stopped', async () => {
      const { loaded, backup } = await livedIn({ kill: true });
      harm(loaded.home);
      const report = await restore(backup, loaded, { unsigned: false, confirm: async () => true });
      expect(report.differences.join('\n')).toMatch(
        /state of the home cannot be read, so all of it counts as new \((database disk image is malformed|file is not a database)\)/,
      );
      expect(report.differences).toContain('becomes administrator: a@example.org');
      expect(report.killActive).toBe(true);
      const restored = openHome(loaded.home);
      expect(await restored.kill.read()).toMatchObject({ active: true, known: true });
      restored.close();
    });
  },
);

// Where there is no header there is nothing that two processes could lock.
describe.each(HARMS.slice(0, 2))('a home whose state file is damaged: %s', (_what, harm) => {
  it('is not replaced while a process has it open', async () => {
    const { loaded, backup } = await livedIn();
    const opened = openHome(loaded.home);
    harm(loaded.home);
    await expect(restore(backup, loaded, { unsigned: false, confirm: async () => true })).rejects.toMatchObject({
      code: 'conflict',
    });
    opened.close();
  });
});

describe.each([
  ['signing-key.json', ''],
  ['signing-key.json', '{"kty"'],
  ['ledger', ''],
])('a home whose secret %s was cut off (%j)', (name, text) => {
  it('does not open, and can be stopped', async () => {
    const { loaded } = await livedIn();
    writeFileSync(join(secretsPath(loaded.home), name), text);
    expect(() => openHome(loaded.home)).toThrow(expect.objectContaining({ code: 'corrupt' }));
    expect(await withKillOf(loaded, (found) => found.read())).toMatchObject({ active: true, known: false });
    await withKillOf(loaded, (found) => found.set(on));
    expect(await withKillOf(loaded, (found) => found.read())).toMatchObject({ active: true, known: true });
  });
});

it('a signing key that is made anew ends every session', async () => {
  const home = openHome(join(newFolder('rotated'), 'home'));
  const users = makeUsers(home.items, home.clock);
  const user = await users.create('a@example.org', 'a password');
  const { sessionId, refreshToken } = await users.openSession(user);
  home.close();
  const again = openHome(home.loaded.home);
  expect(await makeUsers(again.items, again.clock).sessionLives(user.id, sessionId)).toBe(true);
  again.close();
  rmSync(join(secretsPath(home.loaded.home), 'signing-key.json'));
  const rotated = openHome(home.loaded.home);
  const after = makeUsers(rotated.items, rotated.clock);
  expect(await after.sessionLives(user.id, sessionId)).toBe(false);
  await expect(after.rotate(refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect((await after.checkPassword('a@example.org', 'a password')).id).toBe(user.id);
  rotated.close();
});

describe('a home in which rows are damaged', () => {
  it('is restored, and says what it could not compare', async () => {
    const { loaded, backup } = await livedIn();
    rewrite(loaded.home, `UPDATE items SET body = '{"userId":' WHERE pk LIKE 'USR#%'`);
    writeFileSync(join(loaded.home, 'config.json'), '{');
    const { differences } = await restore(backup, loaded, { unsigned: false, confirm: async () => true });
    expect(differences).toEqual([
      '1 record of accounts and flags of the home cannot be read',
      'the settings of the home cannot be read, so all of them count as new',
      'becomes administrator: a@example.org',
      'accounts that this home does not know: a@example.org (pro)',
    ]);
  });
});

describe('a home of before markers', () => {
  const forgetMarker = (home: string): void => {
    rmSync(markerPath(home));
    rmSync(killPath(home));
  };
  it.each([
    ['is no database', (home: string) => overwrite(statePath(home), 0, 100), /state\.db is damaged/],
    ['is empty', (home: string) => writeFileSync(statePath(home), ''), /kill\.db is missing/],
    [
      'has lost its pages',
      (home: string) => overwrite(statePath(home), PAGE, statSync(statePath(home)).size),
      /state\.db is damaged/,
    ],
  ])('whose state file %s is stopped after a restore, as it was shown', async (_, harm, said) => {
    const { loaded, backup } = await livedIn({ kill: true });
    forgetMarker(loaded.home);
    harm(loaded.home);
    const report = await restore(backup, loaded, { unsigned: false, confirm: async () => true });
    expect(report.killActive).toBe(true);
    expect(report.differences).not.toContain('the kill switch will be off');
    const restored = openHome(loaded.home);
    expect((await restored.kill.read()).reason).toMatch(said);
    restored.close();
  });

  it('that is a folder with an empty state file alone knows of no switch', async () => {
    const { loaded, backup } = await livedIn();
    for (const name of readdirSync(loaded.home)) rmSync(join(loaded.home, name), { recursive: true });
    writeFileSync(statePath(loaded.home), '');
    const report = await restore(backup, loaded, { unsigned: false, confirm: async () => true });
    expect(report).toMatchObject({ killActive: false });
    expect(report.differences.join('\n')).not.toMatch(/kill switch/);
    expect(readdirSync(dirname(loaded.home)).sort()).toEqual(['home', 'home.before-restore-1']);
    expect(readdirSync(secretsPath(loaded.home))).toContain('ledger');
  });
});

it('a backup whose own state is damaged says so, and changes nothing', async () => {
  const { loaded, backup } = await livedIn();
  const state = join(backup, 'state.db');
  overwrite(state, PAGE, statSync(state).size);
  listAnew(backup);
  const restored = restore(backup, loaded, { unsigned: true, confirm: async () => true });
  await expect(restored).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringMatching(/state file in .* is damaged.*use another backup/) as string,
  });
  expect(readdirSync(dirname(loaded.home))).toEqual(['home']);
});

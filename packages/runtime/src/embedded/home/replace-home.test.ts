import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { saveEntitlement } from '@aion/accounts';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { flagHistory, listFlags, setFlag } from '@aion/trading';
import { listAnew } from '../../../../../test/changed-backup.ts';
import { newFolder, openHome, removeFolders, SMALL } from '../../../../../test/embedded-home.ts';
import { canMount, mountAt, unmount } from '../../../../../test/small-mount.ts';
import type { Embedded } from '../compose-embedded.ts';
import { loadConfig } from '../load-config.ts';
import { backUp } from './backup.ts';
import { withKillOf } from './kill-of-home.ts';
import { saveProfile } from '@aion/jobs';
import { restore } from './restore.ts';
import { setAsideSimulated } from './set-aside.ts';
import type { SwapCrash } from './swap-home.ts';

afterAll(removeFolders);
const on = { active: true, reason: 'a drill', by: 'operator' };
const admin = (email: string) =>
  ({ userId: email, email, tier: 'elite', role: 'admin', source: 'admin', updatedMs: 0 }) as const;
const STEPS = ['journal', 'keep', 'place', 'forget'] as const;

/** Ends the work before a step as a power cut would: what is on the disk stays, nothing after it happens. */
const crashBefore =
  (step: (typeof STEPS)[number]): SwapCrash =>
  (at) => {
    if (at === step) throw new Error(`power cut before ${step}`);
  };
const openingOf = (home: string) => loadConfig({ ...SMALL, AION_HOME: home }, process.cwd());
const newHome = (name: string): Embedded => openHome(join(newFolder(name), 'home'));
const yes = { unsigned: false, confirm: async () => true };

async function backedUp(home: Embedded, options: { encrypt?: boolean } = {}): Promise<string> {
  const folder = join(newFolder('backups'), 'one');
  await backUp(home, folder, options);
  return folder;
}

describe('a restore', () => {
  it('of a backup made before the switch was turned on leaves it on, with the history of both', async () => {
    const home = newHome('restore-kill');
    await home.kill.set({ ...on, reason: 'an early drill' });
    await home.kill.set({ ...on, active: false, reason: 'the drill is over' });
    const folder = await backedUp(home);
    await home.kill.set(on);
    home.close();
    const report = await restore(folder, home.loaded, yes);
    expect(report).toMatchObject({ killActive: true, signed: true });
    const restored = openHome(home.loaded.home);
    // Nothing that a restore writes was ever open to others, so nobody is told that it was.
    expect(restored.closedToOthers).toEqual([]);
    expect(await restored.kill.read()).toMatchObject({ active: true, known: true });
    const { history } = (await restored.kill.record())!;
    expect(history.map(({ active, reason }) => `${active} ${reason}`)).toEqual([
      'false null',
      'true an early drill',
      'false the drill is over',
      'true a drill',
    ]);
    restored.close();
  });

  it('into a home whose state is lost, or that has nothing but a damaged kill file, is on', async () => {
    const home = newHome('restore-lost');
    const folder = await backedUp(home);
    home.close();
    writeFileSync(join(home.loaded.home, 'kill.db'), 'x'.repeat(5000));
    rmSync(join(home.loaded.home, 'state.db'));
    expect(await restore(folder, home.loaded, yes)).toMatchObject({ killActive: true });
    const restored = openHome(home.loaded.home);
    expect(await restored.kill.read()).toMatchObject({ active: true, known: true });
    await restored.kill.set({ ...on, active: false });
    expect(await restored.kill.read()).toMatchObject({ active: false });
    restored.close();
  });

  it('into an empty place has the switch as it was in the backup', async () => {
    const home = newHome('restore-elsewhere');
    await home.kill.set(on);
    const folder = await backedUp(home);
    await home.kill.set({ ...on, active: false });
    home.close();
    const place = newHome('restore-place').loaded;
    rmSync(place.home, { recursive: true });
    expect(await restore(folder, place, yes)).toMatchObject({ killActive: true, keptAs: null });
  });

  it.each(STEPS)(
    'cut off before the step "%s" leaves the old home, or is finished by whoever opens it',
    async (step) => {
      const home = newHome('restore-cut');
      await home.items.put({ table: 'product', pk: 'AGE', sk: '1', v: 1, body: { of: 'backup' } });
      const folder = await backedUp(home);
      await home.items.put({ table: 'product', pk: 'AGE', sk: '1', v: 1, body: { of: 'later' } });
      await home.kill.set(on);
      home.close();
      await expect(restore(folder, home.loaded, { ...yes, crash: crashBefore(step) })).rejects.toThrow('power cut');
      const opened = openHome(home.loaded.home);
      const age = (await opened.items.get({ table: 'product', pk: 'AGE', sk: '1' }))?.body['of'];
      expect(age).toBe(step === 'journal' ? 'later' : 'backup');
      expect(await opened.kill.read()).toMatchObject({ active: true, known: true });
      opened.close();
      const beside = readdirSync(dirname(home.loaded.home)).sort();
      expect(beside).toEqual(step === 'journal' ? ['home'] : ['home', 'home.before-restore-1']);
      // Done again it is a restore like any other.
      expect((await restore(folder, home.loaded, yes)).keptAs).not.toBeNull();
    },
  );

  it.each([
    ['a link', (disk: string, at: string) => symlinkSync(join(disk, 'home'), at)],
    ['a relative link', (disk: string, at: string) => symlinkSync(relative(dirname(at), join(disk, 'home')), at)],
    [
      'a link to a link',
      (disk: string, at: string) => {
        symlinkSync(join(disk, 'home'), join(disk, 'second'));
        symlinkSync(join(disk, 'second'), at);
      },
    ],
  ])('of a home behind %s, cut off while nothing is in its place, is finished by whoever opens it', async (_, link) => {
    const disk = newFolder('linked-disk');
    const at = join(newFolder('linked'), 'home');
    mkdirSync(join(disk, 'home'));
    link(disk, at);
    const home = openHome(at);
    const folder = await backedUp(home);
    await home.kill.set(on);
    home.close();
    await expect(restore(folder, home.loaded, { ...yes, crash: crashBefore('place') })).rejects.toThrow('power cut');
    expect(existsSync(at)).toBe(false);
    expect(await withKillOf(openingOf(at), (kill) => kill.set(on))).toMatchObject({ active: true, known: true });
    const opened = openHome(at);
    expect(opened.loaded.home).toBe(realpathSync(join(disk, 'home')));
    opened.close();
    expect(readdirSync(disk).filter((name) => name !== 'second')).toEqual(['home', 'home.before-restore-1']);
  });

  it('ends every session and every link of the backup’s day', async () => {
    const home = newHome('restore-sessions');
    for (const pk of ['AUTH#SESSIONS#u', 'AUTH#REFRESH#h', 'AUTH#RECOVERY#h'])
      await home.items.put({ table: 'ephemeral', pk, sk: 'x', v: 1, body: {} });
    const key = readFileSync(join(home.loaded.home, 'secrets', 'signing-key.json'), 'utf8');
    const folder = await backedUp(home);
    home.close();
    await restore(folder, home.loaded, yes);
    const restored = openHome(home.loaded.home);
    for (const pk of ['AUTH#SESSIONS#u', 'AUTH#REFRESH#h', 'AUTH#RECOVERY#h'])
      expect(await restored.items.get({ table: 'ephemeral', pk, sk: 'x' }), pk).toBeUndefined();
    expect(readFileSync(join(home.loaded.home, 'secrets', 'signing-key.json'), 'utf8')).not.toBe(key);
    restored.close();
  });

  it('shows who becomes administrator, whose tier changes and which setting differs, and needs a yes', async () => {
    const home = newHome('restore-roles');
    await saveEntitlement(home.items, admin('mallory@example.org'));
    await saveEntitlement(home.items, { ...admin('a@example.org'), role: 'member' });
    writeFileSync(join(home.loaded.home, 'config.json'), '{"host":"0.0.0.0"}');
    const folder = await backedUp(home);
    await saveEntitlement(home.items, { ...admin('mallory@example.org'), role: 'member' });
    await saveEntitlement(home.items, { ...admin('a@example.org'), tier: 'basic' });
    writeFileSync(join(home.loaded.home, 'config.json'), '{}');
    home.close();
    let shown: readonly string[] = [];
    const no = { unsigned: false, confirm: async (lines: readonly string[]) => ((shown = lines), false) };
    await expect(restore(folder, home.loaded, no)).rejects.toMatchObject({ code: 'conflict' });
    expect(shown).toEqual([
      'becomes administrator: mallory@example.org',
      'is no administrator any more: a@example.org',
      'tier changes: a@example.org basic → elite',
      'setting host: not set → "0.0.0.0"',
    ]);
    const opened = openHome(home.loaded.home);
    expect((await opened.items.get({ table: 'product', pk: 'USR#mallory@example.org', sk: 'ENT' }))?.body['role']).toBe(
      'member',
    );
    opened.close();
    expect(existsSync(`${home.loaded.home}.staging`)).toBe(false);
  });

  it('refuses a forged list of files, and takes an unsigned or foreign one only when told to', async () => {
    const home = newHome('restore-forged');
    const folder = await backedUp(home);
    home.close();
    const path = join(folder, 'backup.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const write = (change: object): void => writeFileSync(path, JSON.stringify({ ...manifest, ...change }));
    write({ createdAt: '2020-01-01T00:00:00.000Z' });
    for (const unsigned of [false, true])
      await expect(restore(folder, home.loaded, { ...yes, unsigned })).rejects.toMatchObject({ code: 'forbidden' });
    write({ keyId: '0'.repeat(16) });
    await expect(restore(folder, home.loaded, yes)).rejects.toThrow(/--unsigned/);
    const { v: _v, homeId: _h, salt: _s, keyId: _k, mac: _m, ...ofBefore } = manifest;
    writeFileSync(path, JSON.stringify({ v: 1, ...ofBefore }));
    await expect(restore(folder, home.loaded, yes)).rejects.toThrow(/not signed/);
    expect(await restore(folder, home.loaded, { ...yes, unsigned: true })).toMatchObject({ signed: false });
  });

  it.each([
    [['../escaped'], /shape/],
    [['objects/../../escaped'], /shape/],
    [['home.json'], /shape/],
    [['objects/a', 'objects/a/b'], /shape/],
    [['state.db'], /shape/],
    [['objects'], /shape/],
    [['objects/a'], /missing/],
    // A folder stands where the file should.
    [['secrets/folder'], /missing/],
  ])('of a backup whose list names %j too says what is wrong, and changes nothing', async (more, words) => {
    const home = newHome('restore-odd');
    const folder = await backedUp(home);
    home.close();
    mkdirSync(join(folder, 'secrets', 'folder'));
    const { files, createdAt } = JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')) as {
      files: object[];
      createdAt: string;
    };
    const added = more.map((path) => ({ path, bytes: 1, sha256: '0'.repeat(64) }));
    const forged = { v: 1, createdAt, files: [...files, ...added] };
    writeFileSync(join(folder, 'backup.json'), JSON.stringify(forged));
    const restored = restore(folder, home.loaded, { ...yes, unsigned: true });
    await expect(restored).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(words) });
    expect(readdirSync(dirname(home.loaded.home))).toEqual(['home']);
  });

  it('brings back whatever name a file beside the secrets has', async () => {
    const home = newHome('restore-names');
    const name = join('secrets', 'keys of März.json~');
    writeFileSync(join(home.loaded.home, name), '{}');
    const folder = await backedUp(home);
    rmSync(join(home.loaded.home, name));
    home.close();
    await restore(folder, home.loaded, yes);
    expect(readFileSync(join(home.loaded.home, name), 'utf8')).toBe('{}');
  });

  it('of a backup that somebody else made asks always, and names new accounts and other passwords', async () => {
    const home = newHome('restore-unsigned');
    const users = makeUsers(home.items, home.clock);
    const user = await users.create('a@example.org', 'the first password');
    await saveEntitlement(home.items, { ...admin('a@example.org'), userId: user.id });
    const folder = await backedUp(home);
    const state = new DatabaseSync(join(folder, 'state.db'));
    state.exec("UPDATE items SET body = replace(body, 'scrypt$', 'scrypt$x') WHERE pk LIKE 'AUTH#USER#%'");
    const entitlement = { ...admin('new\\u001b[2J@example.org'), tier: 'elite', role: 'member' };
    state
      .prepare(
        "INSERT INTO items (tbl, pk, sk, v, rev, body, gsi1pk, gsi1sk) VALUES ('product', 'USR#x', 'ENT', 1, 1, ?, 'USERS', 'x')",
      )
      .run(JSON.stringify(entitlement));
    state.close();
    listAnew(folder);
    home.close();
    let shown: readonly string[] = [];
    const no = { unsigned: true, confirm: async (lines: readonly string[]) => ((shown = lines), false) };
    await expect(restore(folder, home.loaded, no)).rejects.toMatchObject({ code: 'conflict' });
    expect(shown.join('\n')).toMatch(/not signed with your key/);
    expect(shown.join('\n')).toMatch(/another password opens: a@example\.org/);
    expect(shown.join('\n')).toMatch(/accounts that this home does not know: new.*\(elite\)/);
    expect(shown.join('\n')).not.toContain('\u001b');
  });

  it('is not begun by a folder and a journal that somebody else put beside the home', async () => {
    const home = newHome('restore-planted');
    await home.kill.set(on);
    home.close();
    const evil = newHome('restore-evil');
    evil.close();
    const staging = `${home.loaded.home}.staging`;
    cpSync(evil.loaded.home, staging, { recursive: true });
    const journal = `${home.loaded.home}.swap.json`;
    const kept = 'home.before-restore-1';
    for (const swap of [
      { v: 1, id: 'another', staging: 'home.staging', keptAs: kept },
      { v: 1, id: evil.homeId, staging: '../elsewhere', keptAs: kept },
      { v: 1, id: evil.homeId, staging: 'other', keptAs: kept },
      { v: 1, id: evil.homeId, staging: 'home.staging', keptAs: 'passwd' },
    ]) {
      writeFileSync(journal, JSON.stringify(swap));
      expect(() => openHome(home.loaded.home), JSON.stringify(swap)).toThrow(/being replaced/);
    }
    if (process.getuid?.() === 0) {
      writeFileSync(journal, JSON.stringify({ v: 1, id: evil.homeId, staging: 'home.staging', keptAs: kept }));
      chownSync(staging, 65_534, 65_534);
      expect(() => openHome(home.loaded.home)).toThrow(/being replaced/);
    }
    rmSync(journal);
    const opened = openHome(home.loaded.home);
    expect(await opened.kill.read()).toMatchObject({ active: true, known: true });
    opened.close();
  });

  it('reads an encrypted backup, in which no secret can be found, with the operator’s key alone', async () => {
    const home = newHome('restore-encrypted');
    const { ledgerSecret } = home;
    const folder = await backedUp(home, { encrypt: true });
    home.close();
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(folder, name)).isFile(),
    );
    for (const name of names) expect(readFileSync(join(folder, name)).includes(ledgerSecret), name).toBe(false);
    await restore(folder, home.loaded, yes);
    expect(readFileSync(join(home.loaded.home, 'secrets', 'ledger'), 'utf8')).toBe(ledgerSecret);
    const elsewhere = { ...home.loaded, backupKeyFile: join(newFolder('no-key'), 'backup.key') };
    await expect(restore(folder, elsewhere, { ...yes, unsigned: true })).rejects.toMatchObject({
      code: 'missing_data',
    });
  });

  it('keeps a kill that comes while it is being confirmed', async () => {
    const home = newHome('restore-kill-meanwhile');
    const folder = await backedUp(home);
    writeFileSync(join(home.loaded.home, 'config.json'), '{"workers":2}');
    home.close();
    const confirm = async (): Promise<boolean> => {
      const other = openHome(home.loaded.home);
      expect(await other.kill.set(on)).toMatchObject({ active: true, problem: null });
      other.close();
      return true;
    };
    expect(await restore(folder, home.loaded, { unsigned: false, confirm })).toMatchObject({ killActive: true });
    const restored = openHome(home.loaded.home);
    expect(await restored.kill.read()).toMatchObject({ active: true, known: true });
    restored.close();
  });

  it.each([
    ['state and kill file gone, marker and objects left', ['state.db', 'kill.db']],
    ['only the kill file gone, and never set', ['kill.db']],
    ['only objects left', ['state.db', 'kill.db', 'home.json', 'secrets']],
  ])('makes no "off" of a switch that is unknown: %s', async (_, lost) => {
    const home = newHome('restore-unknown');
    await home.objects.put('reports', new TextEncoder().encode('a report'));
    const folder = await backedUp(home);
    home.close();
    for (const name of lost) rmSync(join(home.loaded.home, name), { recursive: true });
    const db = lost.includes('state.db') ? undefined : new DatabaseSync(join(home.loaded.home, 'state.db'));
    db?.exec("DELETE FROM items WHERE pk LIKE 'KILL#%'");
    db?.close();
    expect(await restore(folder, home.loaded, yes)).toMatchObject({ killActive: true });
  });

  it('waits for nobody who opened the home while it was confirmed: it changes nothing', async () => {
    const home = newHome('restore-opened');
    const folder = await backedUp(home);
    home.close();
    let opened: Embedded | undefined;
    const confirm = async (): Promise<boolean> => ((opened = openHome(home.loaded.home)), true);
    writeFileSync(join(home.loaded.home, 'config.json'), '{"workers":2}');
    await expect(restore(folder, home.loaded, { unsigned: false, confirm })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('in use') as string,
    });
    await opened!.items.put({ table: 'product', pk: 'STILL', sk: 'HERE', v: 1, body: {} });
    opened!.close();
    expect(readdirSync(dirname(home.loaded.home))).toEqual(['home']);
  });

  it.runIf(process.platform === 'linux')(
    'of a home that cannot be renamed changes nothing, now and at the next opening',
    async () => {
      const disk = newFolder('mounted');
      mountAt(disk, '8m');
      try {
        const home = openHome(disk);
        await home.kill.set(on);
        const folder = await backedUp(home);
        home.close();
        await expect(restore(folder, home.loaded, yes)).rejects.toThrow(/cannot be renamed \(EBUSY\).*AION_HOME/);
        const again = openHome(disk);
        expect(await again.kill.read()).toMatchObject({ active: true, known: true });
        again.close();
      } finally {
        unmount(disk);
        rmSync(`${disk}.staging`, { recursive: true, force: true });
      }
    },
  );

  it('has no key inside the home that it is of', async () => {
    const home = newHome('restore-key-inside');
    const inside = { ...home, loaded: { ...home.loaded, backupKeyFile: join(home.loaded.home, 'backup.key') } };
    await expect(backUp(inside, join(newFolder('b'), 'one'))).rejects.toThrow(/inside the home/);
    home.close();
  });
});

describe('a simulated home that real data set aside', () => {
  it.each([...STEPS, undefined])(
    'cut off before "%s" keeps switch, flags and accounts, in the old home or in the new',
    async (step) => {
      const home = newHome('aside-cut');
      await saveProfile(home.items, { simulated: true, asOfMs: null });
      await saveEntitlement(home.items, admin('a@example.org'));
      await setFlag(home.items, home.clock, 'uploads', { on: false, reason: 'a drill', by: 'operator' });
      await home.kill.set(on);
      home.close();
      const work = setAsideSimulated(home.loaded, step === undefined ? undefined : crashBefore(step));
      if (step === undefined) expect(basename((await work)!)).toBe('home.simulated-1');
      else await expect(work).rejects.toThrow('power cut');
      const opened = openHome(home.loaded.home);
      expect((await opened.profile()).simulated).toBe(step === 'journal');
      expect(opened.closedToOthers).toEqual([]);
      expect(await opened.kill.read()).toMatchObject({ active: true, known: true, reason: 'a drill' });
      expect((await opened.items.get({ table: 'product', pk: 'USR#a@example.org', sk: 'ENT' }))?.body['role']).toBe(
        'admin',
      );
      expect((await listFlags(opened.items)).find(({ name }) => name === 'uploads')?.on).toBe(false);
      expect(await flagHistory(opened.items)).toHaveLength(1);
      opened.close();
    },
  );

  it.runIf(canMount)('on a disk that is full loses nothing, and the switch can still be turned', async () => {
    const small = newFolder('small-disk');
    mountAt(small, '1536k');
    onTestFinished(() => unmount(small));
    const home = openHome(join(small, 'home'));
    await saveProfile(home.items, { simulated: true, asOfMs: null });
    await saveEntitlement(home.items, admin('a@example.org'));
    const filler = join(small, 'filler');
    let bytes = 2_000_000;
    for (; bytes > 1000; bytes = Math.floor(bytes / 2)) {
      try {
        writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
      }
    }
    const big = { table: 'product', pk: 'BIG', sk: '1', v: 1, body: { text: 'x'.repeat(300_000) } } as const;
    await expect(home.items.put(big)).rejects.toMatchObject({
      code: 'no_space',
      message: expect.stringContaining('state.db') as string,
    });
    await expect(home.objects.put('reports', new Uint8Array(400_000))).rejects.toMatchObject({ code: 'no_space' });
    expect(
      readdirSync(join(small, 'home', 'objects'), { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.includes('.part'),
      ),
    ).toEqual([]);
    expect(await home.kill.set(on)).toMatchObject({ active: true, known: true, problem: null });
    expect(existsSync(join(small, 'home', 'reserve')) || (await home.kill.read()).active).toBe(true);
    home.close();
    await expect(setAsideSimulated(home.loaded)).rejects.toMatchObject({
      code: expect.stringMatching(/no_space|ENOSPC/) as string,
    });
    rmSync(filler);
    const opened = openHome(join(small, 'home'));
    expect(await opened.kill.read()).toMatchObject({ active: true, known: true });
    expect((await opened.items.get({ table: 'product', pk: 'USR#a@example.org', sk: 'ENT' }))?.body['role']).toBe(
      'admin',
    );
    opened.close();
  });
});

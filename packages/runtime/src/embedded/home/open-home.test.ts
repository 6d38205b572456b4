import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { newFolder, openHome, removeFolders, SMALL } from '../../../../../test/embedded-home.ts';
import { loadConfig, type LoadedConfig } from '../load-config.ts';
import { killPath, markerPath, objectsPath, reservePath, statePath } from './home-paths.ts';
import { withKillOf } from './kill-of-home.ts';
import { readMarker } from './open-home.ts';

afterAll(removeFolders);
const on = { active: true, reason: 'a drill', by: 'operator' };

/** A closed home in which a product lived: with an object, and with the switch on where asked. */
async function livedIn(name: string, options: { kill?: boolean } = {}): Promise<string> {
  const home = openHome(newFolder(name));
  await home.objects.put('reports', new TextEncoder().encode('a report'));
  if (options.kill === true) await home.kill.set(on);
  home.close();
  return home.loaded.home;
}
const readKill = (home: string) => withKillOf(configOf(home), (kill) => kill.read());
const configOf = (home: string): LoadedConfig => loadConfig({ ...SMALL, AION_HOME: home }, process.cwd());

/** Removes the state file with what SQLite keeps beside it. */
function loseState(home: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(`${statePath(home)}${ending}`, { force: true });
}

describe('a home', () => {
  it('is made with an id in marker, state and kill file, and closed to others', async () => {
    const home = await livedIn('fresh');
    expect(readMarker(home)).toMatchObject({ v: 1 });
    expect(await readKill(home)).toMatchObject({ active: false, known: true });
    expect(statSync(home).mode & 0o077).toBe(0);
    expect(existsSync(reservePath(home))).toBe(true);
    chmodSync(home, 0o755);
    chmodSync(statePath(home), 0o644);
    openHome(home).close();
    for (const path of [home, statePath(home), killPath(home), markerPath(home)])
      expect(statSync(path).mode & 0o077, path).toBe(0);
  });

  it.each([
    ['its state file is deleted', loseState],
    ['its state file is emptied', (home: string) => (loseState(home), writeFileSync(statePath(home), ''))],
    [
      'its state file is that of another home',
      (home: string) => {
        const other = openHome(newFolder('other'));
        other.close();
        loseState(home);
        copyFileSync(statePath(other.loaded.home), statePath(home));
      },
    ],
    [
      'its state file is no database',
      (home: string) => (loseState(home), writeFileSync(statePath(home), 'x'.repeat(9000))),
    ],
    ['its marker is damaged', (home: string) => writeFileSync(markerPath(home), '{')],
    [
      'only its objects are left',
      (home: string) => {
        for (const name of readdirSync(home)) if (name !== 'objects') rmSync(join(home, name), { recursive: true });
      },
    ],
    [
      'only its kill switch is left',
      (home: string) => {
        for (const name of readdirSync(home)) if (name !== 'kill.db') rmSync(join(home, name), { recursive: true });
      },
    ],
  ] as const)('does not open as a new one when %s, and its kill switch counts as on', async (_, harm) => {
    for (const kill of [false, true]) {
      const home = await livedIn('harmed', { kill });
      harm(home);
      expect(() => openHome(home), String(kill)).toThrow(/restore/);
      const read = await readKill(home);
      expect(read.active).toBe(true);
      // Off is never what a home that does not open says; a switch that was on may still be read as on.
      if (!kill) expect(read.known).toBe(false);
      // It opens the next time as little as the first.
      expect(() => openHome(home)).toThrow();
    }
  });

  it('can be stopped also while its state is lost, and stays so when the state comes back', async () => {
    const home = await livedIn('stopped');
    const kept = join(newFolder('kept'), 'state.db');
    copyFileSync(statePath(home), kept);
    loseState(home);
    await withKillOf(configOf(home), (kill) => kill.set(on));
    await expect(withKillOf(configOf(home), (kill) => kill.set({ ...on, active: false }))).rejects.toMatchObject({
      code: 'corrupt',
    });
    copyFileSync(kept, statePath(home));
    const opened = openHome(home);
    expect(await opened.kill.read()).toMatchObject({ active: true, known: true });
    opened.close();
  });

  it('that is none has no switch, and no home is made of a mistyped name', async () => {
    const typo = join(newFolder('typo'), 'hmoe');
    await expect(withKillOf(configOf(typo), (kill) => kill.set(on))).rejects.toMatchObject({ code: 'not_found' });
    expect(existsSync(typo)).toBe(false);
  });

  it('whose kill file is gone opens with the switch unknown, which counts as on', async () => {
    const home = await livedIn('no-kill-file');
    rmSync(killPath(home));
    const opened = openHome(home);
    expect(await opened.kill.read()).toMatchObject({ active: true, known: false });
    opened.close();
  });

  it('of before homes had markers keeps its switch, and gets its marker at its first opening', async () => {
    for (const active of [true, false]) {
      const home = await livedIn('of-before');
      const opened = openHome(home);
      await opened.kill.set({ ...on, active });
      await opened.kill.reconcile();
      opened.close();
      const db = new DatabaseSync(statePath(home));
      db.exec('DROP TABLE home; PRAGMA user_version = 2');
      db.close();
      rmSync(markerPath(home));
      rmSync(killPath(home));
      const again = openHome(home);
      expect(await again.kill.read()).toMatchObject({ active, known: true, reason: on.reason });
      expect(readMarker(home)?.id).toBe(again.homeId);
      again.close();
    }
  });

  it('that many processes make at once is one home, and none of them takes it for a damaged one', async () => {
    const home = newFolder('made-at-once');
    const script = `const { openHome } = await import(${JSON.stringify(new URL('./open-home.ts', import.meta.url).href)}); const made = openHome(${JSON.stringify(home)}, 1); process.stdout.write(made.id); made.kill.close(); made.state.close();`;
    const ids = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let [said, failed] = ['', ''];
        child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
        child.stderr.on('data', (bytes: Buffer) => (failed += bytes.toString()));
        await once(child, 'close');
        return said === '' ? failed : said;
      }),
    );
    expect(new Set(ids)).toEqual(new Set([readMarker(home)!.id]));
  });

  it('may have configuration and keys of sources before its first start, and is never made of a backup', () => {
    const home = newFolder('before-start');
    mkdirSync(join(home, 'secrets'));
    writeFileSync(join(home, 'secrets', 'sources.json'), '{}', { mode: 0o600 });
    mkdirSync(objectsPath(home));
    openHome(home).close();
    const backup = newFolder('a-backup');
    writeFileSync(join(backup, 'backup.json'), '{}');
    expect(() => openHome(backup)).toThrow(/aion restore/);
  });
});

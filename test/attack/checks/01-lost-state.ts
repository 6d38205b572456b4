import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack, Target } from '../attack.ts';
import { must } from '../ask.ts';
import { onSmallDisk } from '../small-disk.ts';

/** A home of its own with objects and an account, whose switch is on. */
async function stoppedHome(target: Target, name: string): Promise<string> {
  const product = await target.another();
  await product.stop();
  const home = join(target.folder(name), 'home');
  cpSync(product.home, home, { recursive: true });
  await turnOn(target, home);
  return home;
}

async function turnOn(target: Target, home: string): Promise<void> {
  const { code, stderr } = await target.command(['kill', 'on', '--reason', 'attack'], { home });
  must(code === 0, `the switch could not be turned on: ${stderr}`);
}

/** What an attacker wants: that the product believes, or says, that trading may go on. */
async function requireOn(target: Target, home: string): Promise<void> {
  const { stdout, stderr, code } = await target.command(['kill', '--json'], { home });
  must(!stdout.includes('"active":false'), `aion kill says off (exit ${code}): ${stdout}`);
  must(stdout.includes('"active":true') || code !== 0, `aion kill says nothing (exit ${code}): ${stdout}${stderr}`);
}

/** Removes the state file with what SQLite keeps beside it. */
function loseState(home: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(join(home, `state.db${ending}`), { force: true });
}

/** Leaves the header of the state file and nothing of its pages. */
function losePages(home: string, from: number): void {
  const path = join(home, 'state.db');
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xab, from));
}

export const attacks: readonly Attack[] = [
  {
    row: '1',
    title: 'a restore of a backup from before turns the kill switch off',
    async run(target) {
      const product = await target.another();
      await product.stop();
      const { home } = product;
      const backup = join(target.folder('backups'), 'before');
      must((await target.command(['backup', backup], { home })).code === 0, 'no backup could be made');
      await turnOn(target, home);
      const restored = await target.command(['restore', backup, '--yes'], { home });
      // A product of before knows no --yes; it restores without a word.
      const done = restored.code === 0 ? restored : await target.command(['restore', backup], { home });
      must(done.code === 0, `the backup could not be restored: ${done.stderr}`);
      await requireOn(target, home);
    },
  },
  {
    row: '1',
    title: 'a state file that is deleted or emptied is a new product with the switch off',
    async run(target) {
      for (const empty of [false, true]) {
        const home = await stoppedHome(target, 'lost');
        loseState(home);
        if (empty) writeFileSync(join(home, 'state.db'), '');
        await requireOn(target, home);
        const { code, stdout } = await target.command(['signals'], { home });
        must(code !== 0, `a home without its state opened as a new one: ${stdout}`);
      }
    },
  },
  {
    row: '1',
    title: 'a state file whose pages are destroyed cannot be stopped, or not be restored',
    async run(target) {
      const product = await target.another();
      await product.stop();
      const backup = join(target.folder('backups'), 'whole');
      const made = await target.command(['backup', backup], { home: product.home });
      must(made.code === 0, `no backup could be made: ${made.stderr}`);
      for (const from of [100, 4096]) {
        const home = join(target.folder('damaged'), 'home');
        cpSync(product.home, home, { recursive: true });
        losePages(home, from);
        await requireOn(target, home);
        await turnOn(target, home);
        await requireOn(target, home);
        const restored = await target.command(['restore', backup, '--yes'], { home });
        must(restored.code === 0, `the backup could not be restored: ${restored.stderr}`);
        await requireOn(target, home);
      }
    },
  },
  {
    row: '1',
    title: 'real data on a full disk lose the accounts and the switch',
    async run(target) {
      const source = await stoppedHome(target, 'moved');
      await onSmallDisk(target.folder('disk'), async ({ path, leave }) => {
        const home = join(path, 'home');
        mkdirSync(home, { mode: 0o700 });
        cpSync(source, home, { recursive: true });
        const data = join(target.folder('data'), 'bars.csv');
        writeFileSync(data, 'symbol,date,open,high,low,close,volume\nALPHA,2026-02-27,10,11,9,10.5,1000\n');
        leave(40 * 1024);
        const { code, stderr } = await target.command(['import', data], { home });
        await requireOn(target, home);
        must(existsSync(join(home, 'state.db')), `after exit ${code} the home has no state: ${stderr}`);
        const { stdout } = await target.command(['user', 'show', 'admin@demo.aion'], { home });
        const kept = readdirSync(path).join(', ');
        must(stdout.includes('admin@demo.aion'), `the accounts are gone from ${kept} (exit ${code}): ${stderr}`);
      });
    },
  },
];

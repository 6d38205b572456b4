import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '../attack.ts';
import { must } from '../ask.ts';
import { onSmallDisk } from '../small-disk.ts';

const STACK = /\n\s+at .+:\d+:\d+/;

export const attacks: readonly Attack[] = [
  {
    row: '10',
    title: 'a full disk is reported in words of the database, leaves parts, and locks the kill switch',
    async run(target) {
      const product = await target.another();
      await product.stop();
      await onSmallDisk(target.folder('disk'), async ({ path, leave, free }) => {
        const home = join(path, 'home');
        mkdirSync(home, { mode: 0o700 });
        cpSync(product.home, home, { recursive: true });
        // What the home keeps in reserve is made at its opening.
        await target.command(['kill'], { home });
        leave(0);
        const run = await target.command(['daily', '--json'], { home });
        must(run.code !== 0, 'a run on a full disk said that it went well');
        const said = run.stdout + run.stderr;
        must(!/no transaction is active|cannot rollback/.test(said), `the words are not ours: ${run.stderr}`);
        must(/disk .*full/.test(said), `nobody says that the disk is full: ${said.slice(-600)}`);
        must(!STACK.test(run.stderr), `a raw stack was printed: ${run.stderr.slice(-600)}`);
        const kill = await target.command(['kill', 'on', '--reason', 'full disk', '--json'], { home });
        must(kill.code === 0, `the switch could not be turned on: ${kill.stderr}`);
        free();
        const shown = await target.command(['kill', '--json'], { home });
        must(shown.stdout.includes('"active":true'), `the switch was not on afterwards: ${shown.stdout}`);
        const parts = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'));
        must(parts.length === 0, `parts were left behind: ${parts.join(', ')}`);
      });
    },
  },
  {
    row: '10',
    title: 'a home that is damaged answers with a raw stack',
    async run(target) {
      const product = await target.another();
      await product.stop();
      writeFileSync(join(product.home, 'state.db'), Buffer.alloc(64 * 1024, 0x5a));
      for (const args of [['doctor'], ['signals'], ['kill']]) {
        const { code, stderr } = await target.command(args, { home: product.home });
        must(code !== 0, `aion ${args[0]} went well on a damaged home`);
        must(!STACK.test(stderr), `aion ${args[0]} printed a raw stack: ${stderr.slice(-600)}`);
      }
    },
  },
];

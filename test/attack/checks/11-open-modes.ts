import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Attack } from '../attack.ts';
import { must } from '../ask.ts';

/** What others than the owner could open on the way to a home's secrets: null when the home itself is closed. */
function openPath(home: string): string | null {
  if ((statSync(home).mode & 0o077) === 0) return null;
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' });
  const open = names.find((name) => (statSync(join(home, name)).mode & 0o044) !== 0);
  return `${home} is open to others${open === undefined ? '' : `, as is ${open}`}`;
}

export const attacks: readonly Attack[] = [
  {
    row: '11',
    title: 'another user of the machine reads a home that was open, or one that was set aside',
    async run(target) {
      const product = await target.another();
      await product.stop();
      const { home } = product;
      chmodSync(home, 0o755);
      await target.command(['signals'], { home });
      const opened = openPath(home);
      must(opened === null, `an existing home stayed open: ${opened}`);
      const data = join(target.folder('data'), 'bars.csv');
      writeFileSync(data, 'symbol,date,open,high,low,close,volume\nALPHA,2026-02-27,10,11,9,10.5,1000\n');
      chmodSync(home, 0o755);
      await target.command(['import', data], { home });
      for (const name of readdirSync(dirname(home)).filter((entry) => entry.includes('.simulated-'))) {
        const kept = openPath(join(dirname(home), name));
        must(kept === null, `what was set aside is open: ${kept}`);
      }
      must(existsSync(`${home}.simulated-1`), 'nothing was set aside');
      const fresh = openPath(home);
      must(fresh === null, `the new home is open: ${fresh}`);
    },
  },
];

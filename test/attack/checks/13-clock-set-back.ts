import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '../attack.ts';
import { ask, must, newCaller, within } from '../ask.ts';

const shim = new URL('../shift-clock.mjs', import.meta.url).href;
const HOUR_MS = 3_600_000;

export const attacks: readonly Attack[] = [
  {
    row: '13',
    title: 'rights that were taken away live on while the clock is set back',
    async run(target) {
      const clock = join(target.folder('clock'), 'offset');
      writeFileSync(clock, '0');
      const product = await target.another({
        environment: { NODE_OPTIONS: `--import=${shim}`, ATTACK_CLOCK_FILE: clock },
      });
      const elite = await newCaller(target, product, { tier: 'elite' });
      const tierNow = async (): Promise<string> => {
        const { status, text } = await ask(product, '/v1/me', { caller: elite });
        return status === 200 ? (JSON.parse(text) as { tier: string }).tier : `nobody (${status})`;
      };
      must((await tierNow()) === 'elite', `the account is ${await tierNow()} to begin with`);
      writeFileSync(clock, String(-HOUR_MS));
      // The product looks at the file ten times a second; what it has read before counts with its own clock.
      must((await tierNow()) === 'elite', 'the account lost its tier by the clock alone');
      const { code, stderr } = await target.command(
        ['user', 'set', elite.email, '--tier', 'basic', '--reason', 'attack'],
        { home: product.home },
      );
      must(code === 0, `the tier could not be taken away: ${stderr}`);
      const gone = await within(8, async () => (await tierNow()) !== 'elite');
      must(gone, 'eight seconds after the tier was taken away the API still answered as to elite');
      await product.stop();
    },
  },
];

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeZip } from '../../../packages/adapters/test/make-zip.ts';
import type { Attack } from '../attack.ts';
import { ask, must, newCaller, within } from '../ask.ts';
import { childrenOf, siteOf } from '../processes.ts';

export const attacks: readonly Attack[] = [
  {
    row: 'low',
    title: 'the list of processes tells who started a run',
    async run(target) {
      const product = await target.another();
      const admin = await newCaller(target, product, { role: 'admin' });
      const started = await ask(product, '/v1/pipeline/run-daily', { caller: admin, json: {} });
      must(started.status === 202, `a run could not be started: ${started.text}`);
      let command: string | undefined;
      await within(
        20,
        () => (command = childrenOf(product.pid).find((job) => job.command.includes(' daily '))?.command) !== undefined,
      );
      await product.stop();
      must(command !== undefined, 'the run has no process');
      must(!command.includes('@'), command);
    },
  },
  {
    row: 'low',
    title: 'the site’s process has the keys of sources in its environment',
    async run(target) {
      // Only Linux shows a process’s environment.
      if (!existsSync('/proc/self/environ')) return;
      const planted = {
        KITE_API_KEY: 'planted-key',
        STRIPE_SECRET_KEY: 'planted-stripe',
        AION_HOME_NOTE: 'planted-note',
      };
      const product = await target.another({ withSite: true, environment: planted });
      const site = siteOf(product.pid);
      must(site !== undefined, 'the site has no process that could be looked at');
      const environment = readFileSync(`/proc/${site}/environ`, 'latin1').split('\0');
      await product.stop();
      const found = environment.filter((entry) => entry.includes('planted'));
      must(found.length === 0, found.join(', '));
    },
  },
  {
    row: 'low',
    title: 'many small entries unpack to far more than the ratio allows',
    async run(target) {
      const home = target.folder('zip');
      const zeros = new Uint8Array(7 * 1024 * 1024);
      const bomb = makeZip(Array.from({ length: 20 }, (_, n) => ({ name: `${n}.csv`, content: zeros })));
      const path = join(target.folder('bomb'), 'bomb.zip');
      writeFileSync(path, bomb);
      const { stdout } = await target.command(['import', path, '--json'], { home });
      must(
        /times its size/.test(stdout),
        `${bomb.length} bytes were unpacked to ${20 * zeros.length}: ${stdout.slice(0, 300)}`,
      );
    },
  },
  {
    row: 'low',
    title: 'members without orders read the kill switch and why it was turned',
    async run(target) {
      const product = await target.another();
      const admin = await newCaller(target, product, { role: 'admin' });
      await ask(product, '/v1/kill', { caller: admin, json: { active: true, reason: 'planted reason' } });
      const said: string[] = [];
      for (const tier of ['basic', 'pro', 'elite']) {
        const { status, text } = await ask(product, '/v1/kill', { caller: await newCaller(target, product, { tier }) });
        if (/planted/.test(text) || text.includes(admin.email)) said.push(`${tier}: ${text}`);
        if ((status === 200) !== (tier === 'elite')) said.push(`${tier} was answered ${status}`);
      }
      await product.stop();
      must(said.length === 0, said.join('; '));
    },
  },
];

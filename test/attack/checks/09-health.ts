import { renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack, Product } from '../attack.ts';
import { ask, must, newCaller, within } from '../ask.ts';
import { childrenOf } from '../processes.ts';

/** Whether health admits it within some seconds, by its status and by its words. */
const admits = (product: Product): Promise<boolean> =>
  within(10, async () => {
    const { status, text } = await ask(product, '/v1/health');
    return status === 503 && text.includes('"degraded"');
  });

export const attacks: readonly Attack[] = [
  {
    row: '9',
    title: 'health says ok with every page of the state file destroyed',
    async run(target) {
      const product = await target.another();
      const before = await ask(product, '/v1/health');
      must(before.status === 200, `health answered ${before.status} before anything was done: ${before.text}`);
      const path = join(product.home, 'state.db');
      writeFileSync(path, Buffer.alloc(statSync(path).size, 0xa5), { flag: 'r+' });
      const admitted = await admits(product);
      const after = await ask(product, '/v1/health');
      const live = await ask(product, '/v1/health/live');
      await product.stop('SIGKILL');
      must(admitted, `health answered ${after.status}: ${after.text}`);
      must(live.status === 200, `the process answers, and /v1/health/live says ${live.status}`);
    },
  },
  {
    row: '9',
    title: 'health says ok while the kill switch is unknown: its file was moved away',
    async run(target) {
      const product = await target.another();
      const path = join(product.home, 'kill.db');
      renameSync(path, `${path}.away`);
      const admitted = await admits(product);
      const { status, text } = await ask(product, '/v1/health');
      await product.stop('SIGKILL');
      must(admitted, `health answered ${status}: ${text}`);
    },
  },
  {
    row: '9',
    title: 'health says ok after the process of a run was killed',
    async run(target) {
      const product = await target.another();
      const admin = await newCaller(target, product, { role: 'admin' });
      const started = await ask(product, '/v1/pipeline/run-daily', { caller: admin, json: {} });
      must(started.status === 202, `a run could not be started: ${started.text}`);
      let job: number | undefined;
      await within(
        20,
        () => (job = childrenOf(product.pid).find((child) => child.command.includes(' daily '))?.pid) !== undefined,
      );
      must(job !== undefined, 'the run has no process');
      process.kill(job, 'SIGKILL');
      const admitted = await admits(product);
      const { status, text } = await ask(product, '/v1/health');
      await product.stop();
      must(admitted, `health answered ${status}: ${text}`);
    },
  },
  {
    row: '9',
    title: 'health tells strangers of files',
    async run(target) {
      const { text } = await ask(target, '/v1/health');
      must(!text.includes(target.home) && !text.includes('detail'), text);
    },
  },
];

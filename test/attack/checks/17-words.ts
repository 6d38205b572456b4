import { renameSync, rmSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack, Product } from '../attack.ts';
import { ask, must, newCaller, type Caller } from '../ask.ts';

const PATHS = [
  '/v1/signals/latest',
  '/v1/signals/export.csv',
  '/v1/market/status',
  '/v1/scans',
  '/v1/pipeline/runs',
  '/v1/me',
  '/v1/kill',
];
/** What tells where the product lies and how it keeps its things. */
const INSIDE =
  /\/objects|state\.db|SQLITE|SELECT |ENOENT|EACCES|malformed|not a database|[0-9a-f]{64}|restore it from a backup|USR#|LATEST#/;

/** The first answer that speaks of the inside, or that says of a failure of storage that there is no such thing. */
async function firstLeak(product: Product, caller: Caller, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const { status, text } = await ask(product, path, { caller });
    if (status >= 400 && (INSIDE.test(text) || text.includes(product.home)))
      return `${path} answered ${status}: ${text}`;
  }
  return undefined;
}

export const attacks: readonly Attack[] = [
  {
    row: '17',
    title: 'a lost object of storage is a client’s 404, with its key and what the operator should do',
    async run(target) {
      const product = await target.another();
      const elite = await newCaller(target, product, { tier: 'elite' });
      for (const name of ['snap', 'scans', 'charts', 'ready'])
        rmSync(join(product.home, 'objects', name), { recursive: true, force: true });
      const again = await target.another({ home: product.home }).catch(() => undefined);
      const reached = again ?? product;
      const caller = again === undefined ? elite : await newCaller(target, again, { tier: 'elite' });
      const leak = await firstLeak(reached, caller, PATHS);
      const list = await ask(reached, '/v1/signals/latest', { caller });
      await reached.stop('SIGKILL');
      await product.stop('SIGKILL');
      must(leak === undefined, leak ?? '');
      must(list.status >= 500, `a list whose object is gone answered ${list.status}: ${list.text}`);
      must(/"correlationId":"[0-9a-f-]{36}"/.test(list.text), `it names no id for the operator: ${list.text}`);
    },
  },
  {
    row: '17',
    title: 'a destroyed state file speaks SQL to clients',
    async run(target) {
      const product = await target.another();
      const elite = await newCaller(target, product, { tier: 'elite' });
      const path = join(product.home, 'state.db');
      writeFileSync(path, Buffer.alloc(statSync(path).size, 0xa5), { flag: 'r+' });
      for (const name of readdirSync(product.home).filter((file) => file.startsWith('state.db-')))
        renameSync(join(product.home, name), join(product.home, `${name}.away`));
      const leak = await firstLeak(product, elite, [...PATHS, '/auth/v1/user']);
      await product.stop('SIGKILL');
      must(leak === undefined, leak ?? '');
    },
  },
];

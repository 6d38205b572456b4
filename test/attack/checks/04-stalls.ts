import { gzipSync } from 'node:zlib';
import type { Attack, Product } from '../attack.ts';
import { ask, must, newCaller, within, type Caller } from '../ask.ts';
import { memoryOf } from '../processes.ts';

const HEADER = 'symbol,date,open,high,low,close,volume\n';
/** What a person takes for at once. */
const AT_ONCE_MS = 1000;

/** Rows of bars that are all wrong in the same way: the worst that a reader can be given, and it packs well. */
function heavyFile(rows: number): Uint8Array<ArrayBuffer> {
  const parts = [HEADER];
  for (let row = 0; row < rows; row++) {
    const day = String(1 + (row % 27)).padStart(2, '0');
    const [high, low] = [10 + ((row * 7919) % 1000) / 100, 9 - ((row * 104_729) % 500) / 100];
    parts.push(`S${row % 2000},2026-01-${day},${low + 0.5},${high},${low},${high - 0.25},${(row * 31) % 99_991}\n`);
  }
  return new Uint8Array(gzipSync(parts.join('')));
}

/** The slowest of what is asked over and over while the upload goes on. */
async function slowestDuring(product: Product, admin: Caller, upload: Promise<unknown>) {
  const until = { going: true };
  const end = (): void => void (until.going = false);
  upload.then(end, end);
  const slowest = { healthMs: 0, killMs: 0, megabytes: 0 };
  let active = true;
  while (until.going) {
    const health = await ask(product, '/v1/health');
    const kill = await ask(product, '/v1/kill', { caller: admin, json: { active, reason: 'attack' } });
    must(kill.status === 200, `the kill switch answered ${kill.status} during the upload: ${kill.text}`);
    active = !active;
    slowest.healthMs = Math.max(slowest.healthMs, health.ms);
    slowest.killMs = Math.max(slowest.killMs, kill.ms);
    slowest.megabytes = Math.max(slowest.megabytes, memoryOf(product.pid));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return slowest;
}

export const attacks: readonly Attack[] = [
  {
    row: '4',
    title: 'one upload stalls health and the kill switch',
    async run(target) {
      const product = await target.another();
      const admin = await newCaller(target, product, { role: 'admin' });
      const file = heavyFile(1_200_000);
      const before = memoryOf(product.pid);
      const upload = ask(product, '/v1/admin/bhavcopy?name=heavy.csv.gz', {
        caller: admin,
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      });
      const slowest = await slowestDuring(product, admin, upload);
      const answer = await upload;
      must(answer.status === 200, `the upload itself answered ${answer.status}: ${answer.text.slice(0, 300)}`);
      const said = `during an upload of ${(file.length / 1e6).toFixed(1)} MB health took ${Math.round(slowest.healthMs)} ms and the kill switch ${Math.round(slowest.killMs)} ms; the server grew from ${before} to ${slowest.megabytes} MB`;
      must(slowest.healthMs < AT_ONCE_MS && slowest.killMs < AT_ONCE_MS, said);
      must(slowest.megabytes - before < 200, said);
      await product.stop();
    },
  },
  {
    row: '4',
    title: 'an upload leaves a file behind when its server is killed',
    async run(target) {
      const { readdirSync } = await import('node:fs');
      const { join } = await import('node:path');
      const product = await target.another();
      const admin = await newCaller(target, product, { role: 'admin' });
      const upload = ask(product, '/v1/admin/bhavcopy?name=heavy.csv.gz', {
        caller: admin,
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: heavyFile(400_000),
      }).catch((error: unknown) => error);
      const uploads = (): string[] => readdirSync(join(product.home, 'uploads'));
      must(await within(20, () => uploads().length > 0), 'the upload was not written to a file of the home');
      await product.stop('SIGKILL');
      await upload;
      const again = await target.another({ home: product.home });
      must(uploads().length === 0, `${uploads().length} uploads were still in the home after a restart`);
      await again.stop();
    },
  },
];

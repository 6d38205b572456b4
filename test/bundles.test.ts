import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeCodeHash } from '@aion/runtime';
// @ts-expect-error: a script without types
import { buildFunctions, bundleEntry } from '../scripts/build-functions.mjs';
import { newFolder, removeFolders } from './embedded-home.ts';

interface Built {
  readonly kind: string;
  readonly name: string;
  readonly outfile: string;
  readonly bytes: number;
  readonly packages: readonly string[];
}

const KB = 1024;
const MB = 1024 * KB;
/** What no function carries: runtimes and tools that are large, native or of the other host. */
const HEAVY = [
  'onnxruntime-node',
  '@duckdb/node-api',
  'next',
  'react',
  'swagger-ui-dist',
  'pino',
  'prom-client',
  'croner',
];
const LAKE = ['hyparquet', 'hyparquet-writer', 'yauzl'];
/** Limits per entrypoint: bytes of its code, and packages that must not be in it. */
const LIMITS: Readonly<Record<string, { maxBytes: number; forbidden: readonly string[] }>> = {
  'functions/api': { maxBytes: 5 * MB, forbidden: [...HEAVY, ...LAKE, 'stripe'] },
  'functions/control': { maxBytes: 3 * MB, forbidden: [...HEAVY, ...LAKE] },
  'functions/dead-man': { maxBytes: 3 * MB, forbidden: [...HEAVY, ...LAKE, 'stripe'] },
  'functions/billing-webhook': { maxBytes: 3 * MB, forbidden: [...HEAVY, ...LAKE] },
  'functions/billing-reconcile': { maxBytes: 3 * MB, forbidden: [...HEAVY, ...LAKE] },
  'functions/billing-consumer': { maxBytes: 3 * MB, forbidden: [...HEAVY, ...LAKE] },
  'functions/import': { maxBytes: 3 * MB, forbidden: HEAVY },
  'functions/lake-care': { maxBytes: 3 * MB, forbidden: HEAVY },
  'functions/records': { maxBytes: 4 * MB, forbidden: HEAVY },
  'functions/bars': { maxBytes: 4 * MB, forbidden: HEAVY },
  'functions/features': { maxBytes: 3 * MB, forbidden: [...HEAVY, 'yauzl'] },
  'functions/task': { maxBytes: 3 * MB, forbidden: HEAVY },
  'fargate/live': { maxBytes: 3 * MB, forbidden: [...HEAVY, ...LAKE] },
  // The model runtime lies beside this one and is not in it.
  'fargate/task': { maxBytes: 3 * MB, forbidden: HEAVY },
};

/** What a bundle breaks: empty when it keeps its limits. */
function breaches({ kind, name, bytes, packages }: Built): string[] {
  const limit = LIMITS[`${kind}/${name}`];
  if (limit === undefined) return [`${kind}/${name} has no limits: add them to this test`];
  const found = packages.filter((entry) => limit.forbidden.includes(entry)).map((entry) => `${name} carries ${entry}`);
  return bytes > limit.maxBytes ? [...found, `${name} has ${bytes} bytes`] : found;
}

let built: Built[];
const folder = newFolder('bundles');
afterAll(removeFolders);
beforeAll(async () => {
  const platform = `${process.platform}/${process.arch}`;
  built = (await buildFunctions({ outdir: folder, platform })) as Built[];
});

const outfile = (name: string): string => built.find((entry) => `${entry.kind}/${entry.name}` === name)!.outfile;
const run = (file: string, args: readonly string[] = [], environment: Record<string, string> = {}) =>
  spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });

describe('the bundles of the cloud host', () => {
  it('are one per entrypoint, each within its size and without what it must not carry', () => {
    expect(built.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual(Object.keys(LIMITS).sort());
    expect(built.flatMap(breaches)).toEqual([]);
  });

  it('would not pass with a model runtime in the API, or with a bundle that grew over its limit', async () => {
    const planted = join(import.meta.dirname, '..', 'functions/lambda/src', `.planted-${process.pid}.ts`);
    try {
      writeFileSync(
        planted,
        "import { makeTelemetry } from '@aion/adapters/telemetry/telemetry';\nexport const handler = makeTelemetry;\n",
      );
      const entry = (await bundleEntry({
        kind: 'functions',
        name: 'api',
        file: planted,
        outdir: newFolder('planted'),
      })) as Built;
      expect(breaches(entry)).toEqual(expect.arrayContaining(['api carries pino', 'api carries prom-client']));
    } finally {
      rmSync(planted, { force: true });
    }
    const [first] = built;
    expect(breaches({ ...first!, bytes: 6 * MB })).toHaveLength(1);
    expect(breaches({ ...first!, name: 'unknown' })).toHaveLength(1);
  });

  it('export a handler, and name every variable that a half-deployed stage lacks', () => {
    for (const { kind, name, outfile: file } of built.filter((entry) => entry.kind === 'functions')) {
      const script = join(folder, `${kind}-${name}.mjs`);
      writeFileSync(
        script,
        `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
         try { await handler({ Records: [], body: '{}', headers: {} }, {}); console.log('no error'); }
         catch (error) { console.log(error.name, error.message); }`,
      );
      const { stdout, stderr, status } = run(script, [], { AWS_REGION: 'ap-south-1', AION_STAGE: 'dev' });
      expect({ name, status }).toEqual({ name, status: 0 });
      // The machines' functions say so in their log as well, since nobody reads what they throw.
      if (['control', 'task', 'import', 'dead-man', 'lake-care', 'records', 'bars', 'features'].includes(name))
        expect(stderr).toContain('the host cannot be composed');
      expect(stdout).toMatch(/deployed by half.*AION_TABLE_PRODUCT.*AION_OBJECTS_BUCKET/s);
    }
  });

  it('carry the hash of the program, as a run on one machine computes it from the source', () => {
    const bundles = built.filter(({ name }) => name === 'task').map(({ outfile: file }) => dirname(file));
    expect(bundles).toHaveLength(2);
    const hash = computeCodeHash();
    for (const bundle of bundles) {
      const { stdout } = spawnSync('grep', ['-rl', '--include=*.mjs', hash, bundle], { encoding: 'utf8' });
      expect(stdout).toContain('.mjs');
    }
  });

  it('put the model runtime for one platform beside the container’s task, which loads it', () => {
    const task = dirname(outfile('fargate/task'));
    const binaries = readdirSync(join(task, 'node_modules/onnxruntime-node/bin/napi-v6'));
    expect(binaries).toEqual([process.platform]);
    const bytes = readdirSync(task, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(bytes).toBeLessThan(80 * MB);
    mkdirSync(join(task, 'probe'), { recursive: true });
    const probe = join(task, 'probe', 'load.mjs');
    writeFileSync(
      probe,
      "const { default: ort } = await import('onnxruntime-node'); console.log(typeof ort.InferenceSession.create);",
    );
    expect(run(probe).stdout.trim()).toBe('function');
    const help = run(outfile('fargate/task'), ['--help']);
    expect(help).toMatchObject({ status: 0 });
    expect(help.stdout).toContain('stage NAME --run ID');
    expect(run(outfile('fargate/task'), ['stage', 'models'])).toMatchObject({ status: 2 });
    expect(run(outfile('fargate/task'), ['stage', 'models', '--run', 'x', '--speed']).status).toBe(2);
    expect(run(outfile('fargate/task'), ['stage', 'models', '--run', 'NSE-1']).stderr).toContain(
      'AWS_REGION is not set',
    );
  });
});

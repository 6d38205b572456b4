// Bundles every entrypoint of functions/lambda and functions/fargate into .build/, as it is deployed. The hash of the deciding
// source is written into each bundle: a bundle has no source beside it. Prints each bundle's size; --help for the options.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Entrypoints by kind, and where each kind is built. */
export const KINDS = {
  functions: { from: 'functions/lambda/src', external: [] },
  // The model runtime is native: it is put beside the bundle, for one platform only.
  fargate: { from: 'functions/fargate/src', external: ['onnxruntime-node'] },
};

/**
 * Builds all entrypoints into `outdir` (default .build). Returns for each its name, kind, size and the packages inside it.
 * @param {{ outdir?: string, platform?: string }} options
 */
export async function buildFunctions({ outdir = join(root, '.build'), platform = 'linux/arm64' } = {}) {
  const built = [];
  for (const [kind, { from }] of Object.entries(KINDS)) {
    rmSync(join(outdir, kind), { recursive: true, force: true });
    for (const file of readdirSync(join(root, from)).filter((name) => /^[\w-]+\.ts$/.test(name))) {
      const name = file.replace(/\.ts$/, '');
      built.push(await bundleEntry({ kind, name, file: join(root, from, file), outdir }));
      if (kind === 'fargate' && name === 'task') putModelRuntime(join(outdir, kind, name), platform);
    }
  }
  return built;
}

/**
 * Bundles one entrypoint.
 * @param {{ kind: 'functions' | 'fargate', name: string, file: string, outdir: string }} entry
 */
export async function bundleEntry({ kind, name, file, outdir }) {
  const { computeCodeHash } = await import(pathToFileURL(join(root, 'packages/runtime/src/code-hash.ts')).href);
  const folder = join(outdir, kind, name);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: file },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported on demand is a file of its own, so that a start does not read it.
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    metafile: true,
    external: KINDS[kind].external,
    plugins: [oneLanguage],
    define: { 'process.env.AION_BUILT_CODE_HASH': JSON.stringify(computeCodeHash()) },
    // Packages that are CommonJS inside call require for what Node has.
    banner: {
      js: "import { createRequire as __require } from 'node:module';const require = __require(import.meta.url);",
    },
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  return { kind, name, outfile: join(folder, 'index.mjs'), bytes: sizeOf(folder), packages: packagesOf(metafile) };
}

/** zod carries its messages in forty languages; the product answers in one. */
const oneLanguage = {
  name: 'one-language',
  setup: (build) =>
    build.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    })),
};

/** Bytes of all files of code in a folder. */
function sizeOf(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** Names of the packages whose code is in a bundle, workspaces by their folder. */
function packagesOf(metafile) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const names = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(
      ([path]) =>
        /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ??
        /^((?:packages|functions)\/[^/]+)/.exec(path)?.[1] ??
        path,
    );
  return [...new Set(names)].sort();
}

/** onnxruntime-node for one platform: its package holds all of them, about 290 MB. */
function putModelRuntime(folder, platform) {
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    const source = join(root, 'node_modules', name);
    cpSync(source, join(folder, 'node_modules', name), {
      recursive: true,
      filter: (path) => keeps(path.slice(source.length), platform),
    });
  }
  const binaries = join(folder, 'node_modules/onnxruntime-node/bin/napi-v6', platform);
  if (!existsSync(binaries))
    throw new Error(`onnxruntime-node has no binaries for ${platform}; name one as linux/arm64 or linux/x64`);
}

function keeps(path, platform) {
  if (/\/(script|test|docs|lib)\//.test(path) && /\.(ts|map)$/.test(path)) return false;
  const binary = /^\/bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/.exec(path);
  if (binary === null) return true;
  const [os, cpu] = platform.split('/');
  return binary[1] === os && (binary[2] === undefined || binary[2] === cpu);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { outdir: { type: 'string' }, platform: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(
      'usage: build-functions.mjs [--outdir .build] [--platform linux/arm64|linux/x64]\nBundles the entrypoints of Lambda and Fargate.',
    );
  } else {
    if (values.outdir) mkdirSync(values.outdir, { recursive: true });
    for (const { kind, name, bytes } of await buildFunctions(values))
      console.log(`${kind.padEnd(10)} ${name.padEnd(18)} ${(bytes / 1024).toFixed(0).padStart(6)} KB`);
  }
}

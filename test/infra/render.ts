// Renders the whole of sst.config.ts offline: SST's own component sources on Pulumi's mocks, with a local server in place of the
// sst binary. Needs `.sst/platform` (SST_SKIP_DEPENDENCY_CHECK=true SST_NO_BUN=true npx sst install), no account, no network.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { ACCOUNT } from './stage-settings.ts';
import { arnOf, type Resource } from '../../infra/policy/resource.ts';

const REGION = 'ap-south-1';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLATFORM = join(ROOT, '.sst/platform');

export interface Rendered {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly app: { readonly removal?: string; readonly protect?: boolean };
}

/** Types and names of what a rendering holds, but for what SST makes once in a process. */
export function listOf({ resources }: Rendered): string[] {
  const once = new Set(['pulumi:providers:aws', 'random:index/randomBytes:RandomBytes']);
  return resources
    .filter(({ type }) => !once.has(type))
    .map(({ name, type }) => `${type} ${name}`)
    .sort();
}

/* eslint-disable typescript/no-explicit-any -- SST reads its whole world from globals, and Pulumi's mocks are untyped. */
export async function renderStage(stage: string, settings: Readonly<Record<string, string>>): Promise<Rendered> {
  const scratch = mkdtempSync(join(tmpdir(), 'aion-render-'));
  const before = { ...process.env };
  const rpc = await fakeSst(scratch);
  for (const name of Object.keys(process.env)) if (name.startsWith('AION_')) delete process.env[name];
  Object.assign(process.env, settings, {
    AION_SITE_PATH: relative(ROOT, fakeSite(scratch)),
    SST_SERVER: `http://127.0.0.1:${(rpc.address() as AddressInfo).port}`,
  });
  try {
    return await render(stage, scratch);
  } finally {
    process.env = before;
    rpc.close();
    rmSync(scratch, { recursive: true, force: true });
    rmSync(join(ROOT, '.sst', `rendered-${stage}.${process.pid}.mjs`), { force: true });
  }
}

async function render(stage: string, scratch: string): Promise<Rendered> {
  const resources: Resource[] = [];
  const pulumi = await import(pathToFileURL(join(PLATFORM, 'node_modules/@pulumi/pulumi/index.js')).href).then(
    (m) => m.default,
  );
  const world = globalThis as Record<string, any>;
  world['aws'] = await import(pathToFileURL(join(PLATFORM, 'node_modules/@pulumi/aws/index.js')).href).then(
    (m) => m.default,
  );
  world['$util'] = pulumi;
  world['$dev'] = false;
  world['$cli'] = {
    command: 'deploy',
    rpc: '',
    env: {},
    state: { version: {} },
    paths: { home: scratch, root: ROOT, work: join(scratch, 'work'), platform: PLATFORM },
  };
  await pulumi.runtime.setMocks(
    {
      newResource(given: { type: string; name: string; inputs: Record<string, unknown> }) {
        const resource = { type: given.type, name: given.name, inputs: given.inputs };
        resources.push(resource);
        return stateOf(resource);
      },
      call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) => answer(token, inputs),
    },
    'aion',
    stage,
    false,
  );
  world['$config'] = (config: unknown) => config;
  const config = (await import(pathToFileURL(await bundledConfig(stage)).href)).default;
  const app = await config.app({ stage });
  world['$app'] = { ...app, stage };
  const shim = await import(join(PLATFORM, 'src/shim/run.js'));
  for (const key of Object.keys(shim)) if (key !== '$config') world[key] = shim[key];
  world['sst'] = await import(join(PLATFORM, 'src/components/index.ts'));
  const { run } = await import(join(PLATFORM, 'src/auto/run.ts'));
  let outputs: Record<string, unknown> = {};
  await pulumi.runtime.runInPulumiStack(async () => (outputs = await run(config.run)));
  await untilQuiet(pulumi, () => resources.length);
  return { resources, outputs, app };
}

const BUNDLED: BuildOptions = { bundle: true, platform: 'node', format: 'esm', external: ['@pulumi/*'] };

/**
 * The packages that a configuration imports as soon as it is read. `sst install` reads it to learn which providers to install: on a
 * clean machine a configuration that already needs one cannot be read at all.
 */
export async function importedWhenRead(configuration: string, resolveDir = ROOT): Promise<string[]> {
  const stdin = { contents: configuration, resolveDir, loader: 'ts' } as const;
  const { metafile } = await build({ ...BUNDLED, stdin, write: false, metafile: true, outfile: 'config.mjs' } as const);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return imports
    .filter(({ kind, path }) => kind !== 'dynamic-import' && !isBuiltin(path))
    .map(({ path }) => path)
    .sort();
}

/** The configuration bundled as SST bundles it: what cannot be bundled is found here and not at the first deployment. */
async function bundledConfig(stage: string): Promise<string> {
  const outfile = join(ROOT, '.sst', `rendered-${stage}.${process.pid}.mjs`);
  await build({
    ...BUNDLED,
    entryPoints: [join(ROOT, 'sst.config.ts')],
    outfile,
    banner: {
      js: "import { createRequire as topLevelCreateRequire } from 'module'; const require = topLevelCreateRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}

/** Pulumi's promises have settled and no resource came for a while: resources are also made in what follows a build or a file. */
async function untilQuiet(pulumi: any, count: () => number): Promise<void> {
  let seen = -1;
  for (let quiet = 0; quiet < 10; quiet++) {
    await pulumi.runtime.waitForRPCs?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (count() !== seen) quiet = 0;
    seen = count();
  }
}

/** What AWS would answer when the resource has been made. */
function stateOf({ type, name, inputs }: Resource) {
  const text = (key: string) => inputs[key] as string | undefined;
  const physical = text('name') ?? text('bucket') ?? name;
  const arn =
    arnOf({ type, name, inputs }, ACCOUNT, REGION) ??
    `arn:aws:${type.split('/')[0]?.split(':')[1] ?? 'x'}:${REGION}:${ACCOUNT}:${name}`;
  return {
    id: type.includes('/queue:') ? `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${physical}` : `${name}-id`,
    state: {
      ...inputs,
      name: physical,
      arn,
      arnSuffix: `suffix/${physical}`,
      url: type.includes('/queue:')
        ? `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${physical}`
        : `https://x/${name}`,
      bucket: text('bucket') ?? name,
      functionUrl: `https://${name.toLowerCase()}.lambda-url.${REGION}.on.aws/`,
      invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/functions/${arn}/invocations`,
      qualifiedArn: `${arn}:1`,
      apiEndpoint: 'https://abc.execute-api.ap-south-1.amazonaws.com',
      executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:abc`,
      repositoryUrl: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${physical}`,
      cidrBlock: text('cidrBlock') ?? '10.20.0.0/16',
      base64: Buffer.alloc(32).toString('base64'),
      bucketRegionalDomainName: `${physical}.s3.${REGION}.amazonaws.com`,
      domainName: 'd111111abcdef8.cloudfront.net',
      tags: { ...(inputs['tags'] as object | undefined), 'sst:ref:version': '2' },
    },
  };
}

function answer(token: string, inputs: Record<string, any>): Record<string, unknown> {
  if (token.includes('getRegion')) return { name: REGION, region: REGION, id: REGION };
  if (token.includes('getPartition')) return { partition: 'aws', dnsSuffix: 'amazonaws.com' };
  if (token.includes('getCallerIdentity')) return { accountId: ACCOUNT };
  if (token.includes('getPolicyDocument'))
    return { ...inputs, json: JSON.stringify({ Version: '2012-10-17', Statement: inputs['statements'] }) };
  return inputs;
}
/* eslint-enable typescript/no-explicit-any */

/** SST's components ask the sst binary, over HTTP, to build functions and for the bootstrap bucket. */
async function fakeSst(scratch: string): Promise<Server> {
  const bundle = join(scratch, 'bundle');
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'index.mjs'), 'export const handler = () => {}');
  const answers: Record<string, unknown> = {
    'Runtime.Build': { handler: 'index.handler', out: bundle, errors: [], sourcemaps: [] },
    'Provider.Aws.Bootstrap': {
      asset: 'sst-asset-bucket',
      assetEcrRegistryId: '1',
      assetEcrUrl: 'x',
      state: 'sst-state',
      appsyncHttp: 'x',
      appsyncRealtime: 'y',
    },
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method } = JSON.parse(body) as { method: string };
      response.end(JSON.stringify({ result: answers[method] ?? {} }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** What OpenNext leaves behind, as far as SST reads it: building the site needs the network. */
function fakeSite(scratch: string): string {
  const site = join(scratch, 'site');
  const file = (path: string, content: string) => {
    mkdirSync(join(site, path, '..'), { recursive: true });
    writeFileSync(join(site, path), content);
  };
  const origin = (name: string) => ({
    type: 'function',
    handler: 'index.handler',
    bundle: `.open-next/${name}`,
    streaming: false,
  });
  file('package.json', JSON.stringify({ name: 'site', dependencies: { next: '16.4.6' } }));
  file('.next/BUILD_ID', 'build');
  file('.next/routes-manifest.json', JSON.stringify({ basePath: '' }));
  file('.next/prerender-manifest.json', JSON.stringify({ version: 4, routes: {} }));
  for (const name of ['server-functions/default', 'image-optimization-function'])
    file(`.open-next/${name}/index.mjs`, 'export const handler = () => {}');
  file('.open-next/assets/_next/static/x.js', '//');
  file('.open-next/assets/icon.svg', '<svg/>');
  file('.open-next/cache/x', '');
  file(
    '.open-next/open-next.output.json',
    JSON.stringify({
      edgeFunctions: {},
      origins: {
        s3: { type: 's3', originPath: '_assets', copy: [] },
        default: origin('server-functions/default'),
        imageOptimizer: origin('image-optimization-function'),
      },
      behaviors: [{ pattern: '*', origin: 'default' }],
      // As infra/open-next.config.ts asks.
      additionalProps: { disableIncrementalCache: true, disableTagCache: true },
    }),
  );
  return site;
}

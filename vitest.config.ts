import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const chromium = [
  process.env['AION_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

if (chromium === undefined) {
  if (process.env['CI'] !== undefined)
    throw new Error('no Chromium: the browser tests cannot run; install one or name it in AION_CHROMIUM');
  process.stderr.write(
    [
      '',
      '  THE BROWSER TESTS ARE LEFT OUT: no Chromium was found.',
      '  Install one (Debian: apt-get install chromium; macOS: brew install --cask chromium) or name it in AION_CHROMIUM.',
      '',
      '',
    ].join('\n'),
  );
}

/** `short` is what `npm test` runs; `long` (`npm run test:long`) the whole form of what is slow, in files of its own. */
type Form = 'short' | 'long';

const EVERY_TEST = {
  // A test that hangs ends by itself; one on a machine ten times slower has the time that it needs.
  ...{ testTimeout: 600_000, hookTimeout: 600_000 },
  // Programs that tests start compile each source once, not once for each start.
  env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/aion-compile', import.meta.url)) },
};

/** Files that end in these; the short form leaves the long one's out. */
const filesOf = (form: Form, folders: readonly string[], kind = '') => ({
  include: folders.map((folder) => `${folder}/**/*${kind}${form === 'long' ? '.long' : ''}.test.ts`),
  exclude: ['**/node_modules/**', ...(form === 'long' ? [] : ['**/*.long.test.ts'])],
});

const browser = (form: Form): TestProjectConfiguration => ({
  test: {
    name: 'browser',
    root: 'web',
    ...filesOf(form, ['e2e']),
    globalSetup: [fileURLToPath(new URL('web/e2e/setup.ts', import.meta.url))],
    ...EVERY_TEST,
  },
});

const platform = fileURLToPath(new URL('.sst/platform', import.meta.url));
const platformIsThere = existsSync(`${platform}/node_modules/@pulumi/pulumi`);
const INSTALL_SST = 'SST_SKIP_DEPENDENCY_CHECK=true SST_NO_BUN=true npx sst install';

if (!platformIsThere) {
  if (process.env['CI'] !== undefined)
    throw new Error(`the infrastructure cannot be rendered: .sst/platform is missing; run ${INSTALL_SST}`);
  process.stderr.write(
    [
      '',
      '  THE INFRASTRUCTURE IS NOT RENDERED: the second tree of packages, that of SST, is missing (about 320 MB).',
      `  Get it with: ${INSTALL_SST}`,
      '',
      '',
    ].join('\n'),
  );
}

const infra = (form: Form): TestProjectConfiguration => ({
  // One instance of Pulumi for SST's sources and for ours.
  resolve: { alias: [{ find: /^@pulumi\//, replacement: `${platform}/node_modules/@pulumi/` }] },
  test: { name: 'infra', ...filesOf(form, ['test/infra'], '.infra'), ...EVERY_TEST },
});

const node = (form: Form): TestProjectConfiguration => {
  const { include, exclude } = filesOf(form, ['packages', 'functions', 'scripts', 'test']);
  return {
    test: {
      name: 'node',
      include,
      // The first need emulators (`npm run test:aws`), the second SST's own tree (the project infra).
      exclude: [...exclude, '**/*.aws.test.ts', 'test/infra/**/*.infra.test.ts', 'test/infra/**/*.infra.long.test.ts'],
      ...EVERY_TEST,
    },
  };
};

export const testsOf = (form: Form) =>
  defineConfig({
    test: {
      pool: 'forks',
      maxWorkers: 2,
      // Each worker imports the program once for all of its files. A file leaves nothing behind: no environment, no mock, no timer.
      isolate: false,
      projects: [
        node(form),
        ...(platformIsThere ? [infra(form)] : []),
        { test: { name: 'site', root: 'web', ...filesOf(form, ['src']), ...EVERY_TEST } },
        ...(chromium === undefined ? [] : [browser(form)]),
      ],
    },
  });

export default testsOf('short');

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

const browser: TestProjectConfiguration = {
  test: {
    name: 'browser',
    root: 'web',
    include: ['e2e/**/*.test.ts'],
    globalSetup: [fileURLToPath(new URL('web/e2e/build.ts', import.meta.url))],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
};

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

const infra: TestProjectConfiguration = {
  // One instance of Pulumi for SST's sources and for ours.
  resolve: { alias: [{ find: /^@pulumi\//, replacement: `${platform}/node_modules/@pulumi/` }] },
  test: {
    name: 'infra',
    include: ['test/infra/**/*.infra.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'node',
          include: ['packages/**/*.test.ts', 'functions/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
          // The first need emulators (`npm run test:aws`), the second SST's own tree (the project infra).
          exclude: ['**/node_modules/**', '**/*.aws.test.ts', 'test/infra/**/*.infra.test.ts'],
          // A test that hangs ends by itself; one on a machine ten times slower has the time that it needs.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      ...(platformIsThere ? [infra] : []),
      { test: { name: 'site', root: 'web', include: ['src/**/*.test.ts'] } },
      ...(chromium === undefined ? [] : [browser]),
    ],
  },
});

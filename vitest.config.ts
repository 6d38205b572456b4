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
    testTimeout: 60_000,
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
          // These need emulators: `npm run test:aws`.
          exclude: ['**/node_modules/**', '**/*.aws.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'site', root: 'web', include: ['src/**/*.test.ts'] } },
      ...(chromium === undefined ? [] : [browser]),
    ],
  },
});

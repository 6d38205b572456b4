// Format, lint, types, boundaries, dead code: every check that needs no test run. Prints each step's time; fails on the first
// that fails, after running them all.
import { spawnSync } from 'node:child_process';

const SOURCES = [
  'packages',
  'functions',
  'infra',
  'scripts',
  'test',
  'web/src',
  'web/e2e',
  'sst.config.ts',
  'vitest.config.ts',
  'vitest.long.config.ts',
  'vitest.aws.config.ts',
];

const checks = [
  ['format', 'oxfmt', ['--check', ...SOURCES]],
  ['lint', 'oxlint', ['--deny-warnings', ...SOURCES]],
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['types of the site', 'tsc', ['--noEmit', '-p', 'web']],
  ['boundaries', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'packages', 'functions', 'infra', 'web/src']],
  ['dead code', 'knip', ['--no-config-hints']],
];

let failed = 0;
for (const [name, command, args] of checks) {
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${name}  ${seconds} s`);
  if (status !== 0) {
    failed++;
    console.log(`${stdout ?? ''}${stderr ?? ''}`.trimEnd());
  }
}
process.exit(failed === 0 ? 0 : 1);

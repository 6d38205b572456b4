import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

describe('the types', () => {
  it("of sst.config.ts and infra/resources agree with SST's", () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    let output = '';
    try {
      execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.infra.json'], {
        cwd: root,
        encoding: 'utf8',
      });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    // SST's own sources do not pass our strictness; only our lines count.
    expect(output.split('\n').filter((line) => /^(infra|sst\.config|packages)/.test(line))).toEqual([]);
  });
});

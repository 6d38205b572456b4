import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'aion-parent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A parent that starts a child which would run for ever; `arguments` are the launcher, or nothing, and the child's script. */
const PARENT = `
  const { spawn } = require('node:child_process');
  spawn(process.execPath, process.argv.slice(1), { stdio: ['pipe', 'inherit', 'pipe'] });
  setInterval(() => undefined, 1000);
`;

describe('a child that ends with its parent', () => {
  it('is gone when the parent was killed, and keeps its own arguments', async () => {
    const script = join(folder, 'child.mjs');
    writeFileSync(script, 'console.log(JSON.stringify(process.argv.slice(1))); setInterval(() => undefined, 1000);');
    const parent = spawn(process.execPath, ['-e', PARENT, launcher, script, '--port', '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const first = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (b: Buffer) => resolve(b.toString())),
    );
    expect(JSON.parse(first)).toEqual([script, '--port', '1']);
    // Both hold this pipe: it closes when the last of them is gone.
    const closed = new Promise<void>((resolve) => parent.stdout.once('close', () => resolve()));
    parent.stdout.resume();
    parent.kill('SIGKILL');
    await closed;
  });
});

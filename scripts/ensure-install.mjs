// Runs before `npm start`, `npm test` and the other commands, on whatever Node ≥ 20 the machine has, with nothing
// installed yet: installs the locked dependencies when the tree does not match the lock. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const mark = join(root, 'node_modules', '.aion-lock-hash');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`Aion needs Node 20 or newer to start (it brings its own Node 24); this is ${process.version}.`);
  process.exit(1);
}
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lock) {
  console.error('Installing the locked dependencies (npm ci) …');
  // The npm that runs this script, so that `npx npm@10 start` installs with npm 10 too.
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const { status, error } = spawnSync(command, [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
    // Its install script would fetch CUDA parts; the CPU runtime is inside the package.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (status !== 0) {
    const why = error === undefined ? '' : `: ${error.message}`;
    console.error(`npm ci failed${why}. Read the lines above, then run the command again.`);
    process.exit(status ?? 1);
  }
  writeFileSync(mark, lock);
}

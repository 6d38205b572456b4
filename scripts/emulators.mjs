// The emulators behind `npm run test:aws`: Amazon's DynamoDB Local (a jar from Maven) and moto (Python). They are kept outside the
// checkout under a hash of their pins.
//
//   node scripts/emulators.mjs install   fetches what is missing
//   node scripts/emulators.mjs check     prints their folder, or what is missing and how to get it
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pins = fileURLToPath(new URL('../emulators/', import.meta.url));
const INSTALL = 'node scripts/emulators.mjs install';

/** Where this checkout's pinned versions lie. */
function emulatorsFolder(env = process.env) {
  const hash = createHash('sha256');
  for (const name of ['pom.xml', 'requirements.txt']) hash.update(readFileSync(join(pins, name)));
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'aion-emulators', hash.digest('hex').slice(0, 16));
}

/** What is missing, each with the command that gets it. */
function missingParts(folder = emulatorsFolder()) {
  const missing = [];
  if (!answers('java', ['-version'])) missing.push('Java 17 or newer (Debian: apt-get install default-jre-headless)');
  if (!existsSync(join(folder, 'dynamodb', 'done'))) missing.push(`DynamoDB Local in ${folder}/dynamodb (${INSTALL})`);
  if (!existsSync(join(folder, 'moto', 'done'))) missing.push(`moto in ${folder}/moto (${INSTALL})`);
  return missing;
}

function answers(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`.trim().slice(-2000)}`);
}

function installTools() {
  const wanted = [
    [answers('java', ['-version']), 'default-jre-headless'],
    [answers('mvn', ['-v']), 'maven'],
    [answers('python3', ['-c', 'import venv, ensurepip']), 'python3-venv'],
  ].flatMap(([there, name]) => (there ? [] : [name]));
  if (wanted.length === 0) return;
  if (process.getuid?.() !== 0 || !answers('apt-get', ['--version'])) {
    throw new Error(`missing: ${wanted.join(', ')}; install them (Debian: apt-get install ${wanted.join(' ')})`);
  }
  console.log(`emulators: installing ${wanted.join(', ')}`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** Fills a folder beside its place and moves it there, so that an install that was cut off leaves nothing half-done. */
function installPart(folder, name, fill) {
  const place = join(folder, name);
  if (existsSync(join(place, 'done'))) return;
  console.log(`emulators: fetching ${name}`);
  const beside = `${place}.${randomBytes(4).toString('hex')}`;
  mkdirSync(beside, { recursive: true });
  try {
    fill(beside);
    writeFileSync(join(beside, 'done'), '');
    rmSync(place, { recursive: true, force: true });
    renameSync(beside, place);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

function install() {
  installTools();
  const folder = emulatorsFolder();
  installPart(folder, 'dynamodb', (to) =>
    run('mvn', ['-q', '-B', '-f', join(pins, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${to}`]),
  );
  // A plain folder of packages, not a venv: a venv holds its own path and cannot be moved into place.
  installPart(folder, 'moto', (to) => {
    const venv = `${to}.venv`;
    try {
      run('python3', ['-m', 'venv', venv]);
      run(join(venv, 'bin', 'pip'), ['install', '-q', '--target', to, '-r', join(pins, 'requirements.txt')]);
    } finally {
      rmSync(venv, { recursive: true, force: true });
    }
  });
  const missing = missingParts(folder);
  if (missing.length > 0) throw new Error(`still missing: ${missing.join('; ')}`);
  console.log(`emulators: ready in ${folder}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const command = process.argv[2];
  if (command === 'check') {
    const missing = missingParts();
    if (missing.length > 0) {
      console.error(`the AWS tests need emulators; missing: ${missing.join('; ')}`);
      process.exit(1);
    }
    console.log(emulatorsFolder());
  } else if (command === 'install') {
    try {
      install();
    } catch (error) {
      console.error(`emulators: ${error.message}`);
      process.exit(1);
    }
  } else {
    console.error(`expected "install" or "check", found "${command ?? ''}"`);
    process.exit(2);
  }
}

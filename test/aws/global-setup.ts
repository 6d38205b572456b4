import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TRIES = 300;

/** Starts both emulators on free ports before the tests and ends them, by process, after them. What is missing is named. */
export default async function startEmulators(): Promise<() => Promise<void>> {
  const folder = emulatorsFolder();
  const dynamoPort = await freePort();
  const dynamo = spawn(
    'java',
    [
      '-Xmx512m',
      `-Djava.library.path=${join(folder, 'dynamodb')}`,
      '-cp',
      join(folder, 'dynamodb', '*'),
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      '-inMemory',
      '-port',
      String(dynamoPort),
    ],
    // It leaves a file of metadata where it is started.
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
  );
  const moto = spawn('python3', [join(root, 'emulators/moto_server.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONPATH: join(folder, 'moto'), PYTHONDONTWRITEBYTECODE: '1' },
  });
  const end = async (): Promise<void> => {
    await Promise.all([stop(dynamo), stop(moto)]);
  };
  // Java does not notice that its parent is gone.
  const endNow = (): void => void dynamo.kill('SIGKILL');
  process.once('exit', endNow);
  try {
    const [motoPort] = await Promise.all([
      firstLine(moto).then((line) => (JSON.parse(line) as { port: number }).port),
      answers(dynamo, `http://127.0.0.1:${dynamoPort}`),
    ]);
    process.env['AION_DYNAMODB_EMULATOR'] = `http://127.0.0.1:${dynamoPort}`;
    process.env['AION_MOTO'] = `http://127.0.0.1:${motoPort}`;
  } catch (error) {
    await end();
    throw error;
  }
  return async () => {
    await end();
    process.removeListener('exit', endNow);
  };
}

function emulatorsFolder(): string {
  const script = join(root, 'scripts/emulators.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'check'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout.trim();
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  const said = collect(child);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended at its start: ${said()}`);
    const there = await fetch(url).then(
      () => true,
      () => false,
    );
    if (there) return;
    await pause(100);
  }
  throw new Error(`DynamoDB Local did not answer on ${url}: ${said()}`);
}

function firstLine(child: ChildProcess): Promise<string> {
  const said = collect(child);
  return new Promise((done, fail) => {
    let text = '';
    child.once('error', fail);
    child.once('exit', () => fail(new Error(`moto ended at its start: ${said()}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')));
    });
  });
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text = `${text}${chunk.toString()}`.slice(-4000)));
  child.once('error', (error) => (text += error.message));
  return () => text;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(late);
}

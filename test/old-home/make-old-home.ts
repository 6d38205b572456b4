import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from './packed.ts';

/**
 * Makes `old-home.br`: a home as a program of before left it, with what that program said of it. Give it the checkout of the older
 * version with its packages installed:
 *
 *   git worktree add --detach /tmp/older COMMIT && (cd /tmp/older && npm ci)
 *   node test/old-home/make-old-home.ts /tmp/older
 *
 * The market is simulated, 13 symbols × 270 sessions: a home of 40 × 320 is three times as large. Made again by the same version it is the
 * same to the byte, its secrets too: they come from a known seed and guard nothing.
 */
const [given] = process.argv.slice(2);
if (given === undefined) throw new Error('name the checkout of the older version');
const checkout = resolve(given);
const here = fileURLToPath(new URL('.', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'aion-old-home-'));
const home = join(work, 'home');
const MINUTE_MS = 60_000;
/** The evening of the session that the old program ran; each step a minute later. */
const BEGUN_MS = Date.parse('2026-02-26T13:00:00Z');
let steps = 0;

function run(program: string, args: readonly string[]): string {
  const step = steps++;
  return execFileSync(process.execPath, ['--import', join(here, 'steady.mjs'), program, ...args], {
    cwd: checkout,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: join(work, 'user'),
      TZ: 'UTC',
      AION_HOME: home,
      AION_SIMULATED_SYMBOLS: '13',
      AION_SIMULATED_SESSIONS: '270',
      AION_WORKERS: '1',
      AION_LOG_LEVEL: 'silent',
      AION_BACKUP_KEY_FILE: join(work, 'user', 'backup.key'),
      STEADY_NOW_MS: String(BEGUN_MS + step * MINUTE_MS),
      STEADY_SEED: `old home, step ${step}`,
    },
  });
}
const aion = (...args: string[]): string => run(join(checkout, 'functions/cli/src/aion.ts'), args);
const said = (...args: string[]): unknown =>
  JSON.parse(
    aion(...args, '--json')
      .trimEnd()
      .split('\n')
      .at(-1) ?? '',
  );

process.umask(0o077);
for (const folder of ['home', 'user']) mkdirSync(join(work, folder));
run(join(here, 'fill-home.mjs'), [checkout]);
const SESSION = '2026-02-26';
const ADMIN = 'admin@example.org';
const daily = said('daily', '--date', SESSION, '--triggered-by', ADMIN);
const hourly = said('hourly', '--date', SESSION, '--triggered-by', 'schedule');
const REASON = ['--reason', 'runs this machine'];
aion('user', 'link', ADMIN, ...REASON);
aion('user', 'set', ADMIN, '--role', 'admin', '--tier', 'elite', ...REASON);
aion('flag', 'set', 'uploads', 'off', '--reason', 'the files of this week are checked by hand');
aion('kill', 'on', '--reason', 'a drill');
const told = {
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim(),
  session: SESSION,
  admin: ADMIN,
  daily,
  hourly,
  signals: said('signals', '--limit', '100'),
  ledger: said('ledger', 'verify'),
  alerts: said('alerts', 'list'),
  user: said('user', 'show', ADMIN),
  flags: said('flag', 'list'),
  kill: said('kill'),
};
writeFileSync(join(work, 'told.json'), JSON.stringify(told));

// Nobody misses these: space that is kept for a full disk, the journal of a change that is over (its first bytes are zero, the others are
// luck), and numbers that only the run's own stages read from each other.
const LEFT = /^user\/|^home\/(reserve$|kill\.db-journal$|objects\/tensors\/)/;
if (
  readFileSync(join(home, 'kill.db-journal'))
    .subarray(0, 28)
    .some((byte) => byte !== 0)
)
  throw new Error('the kill switch was left in the middle of a change');
const packed = pack(work, (path) => LEFT.test(path));
writeFileSync(join(here, 'old-home.br'), packed);
rmSync(work, { recursive: true });
process.stdout.write(`${told.commit} ${packed.length} bytes\n`);

import { statfsSync } from 'node:fs';
import { errorMessage, toIso } from '@aion/core';
import { loadServingBundle, verifyBundle } from '@aion/forecast';
import { loadCalendar } from '@aion/market';
import { listFlags } from '@aion/trading';
import { loadPointer, newestFullSession } from '@aion/pipeline';
import type { Embedded } from './embedded/compose-embedded.ts';
import { openToOthers } from './embedded/home/home-modes.ts';
import { backupsPath, newestBackupMs } from './embedded/home/night-care.ts';
import { readOperatorKey } from './embedded/home/operator-key.ts';
import { ensureModels } from '@aion/jobs/runs';
import { clockOf, type Setting } from '@aion/jobs';
import { freshnessOf, type Freshness } from '@aion/jobs/health';
import type { JobStatus } from '@aion/jobs/timetable';
import { jobsOf } from '@aion/jobs/schedule';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import { openSources } from './embedded/sources/open-sources.ts';
import { describeSource } from './sources/describe-source.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** Switched off on purpose, or without its key: neither right nor wrong. */
  readonly off?: boolean;
}

const MIN_FREE_BYTES = 1e9;

/** Where the nightly backups go, how old the newest is, and with what they are signed. */
function describeBackups(embedded: Embedded): string {
  const { loaded } = embedded;
  const { config, backupKeyFile } = loaded;
  const inside =
    config.backupFolder === ''
      ? ', in the home itself: whoever loses the disk loses both (set AION_BACKUP_FOLDER)'
      : '';
  const key = readOperatorKey(backupKeyFile) === undefined ? 'no key yet, the first backup makes it' : 'signed';
  const madeMs = newestBackupMs(embedded);
  const newest = madeMs === undefined ? 'none yet' : `the newest is of ${toIso(madeMs)}`;
  return `nightly while the product runs, into ${backupsPath(embedded)}${inside}; ${newest}; ${key} (${backupKeyFile})${config.backupEncrypt ? ', encrypted' : ''}`;
}

const figuresText = (figures: JobStatus['figures']): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const WORDS: Readonly<Record<Exclude<JobStatus['state'], 'off'>, string>> = {
  ...{ never: 'not begun yet', running: 'under way', waiting: 'waits for what it needs', done: 'done' },
  ...{ failed: 'FAILED', overdue: 'OVERDUE' },
};

/** A job as a check: it is wrong when it is overdue or failed the last time. */
export function describeJob(status: JobStatus): Check {
  const { job, state, succeededMs, nextMs, error, figures } = status;
  const parts =
    state === 'off'
      ? ['off: its market stands still, or this version has nothing to do for it']
      : [
          WORDS[state],
          ...(succeededMs === null || state === 'never' ? [] : [`ended well ${toIso(succeededMs)}`]),
          ...(nextMs === null ? [] : [`next ${toIso(nextMs)}`]),
          ...(error === null ? [] : [error]),
          ...(Object.keys(figures).length === 0 ? [] : [figuresText(figures)]),
        ];
  return {
    name: `job ${job}`,
    ok: state !== 'overdue' && state !== 'failed',
    off: state === 'off',
    detail: parts.join('; '),
  };
}

function describeFreshness({ name, title, state, newestMs, cost }: Freshness): Check {
  const age = newestMs === null ? 'none yet' : `up to ${toIso(newestMs)}`;
  return {
    name: `data ${name}`,
    // What no source was ever asked for is off, not broken: its source says why.
    ok: state !== 'stale',
    off: state === 'none',
    detail: state === 'fresh' ? `${title}: ${age}` : `${title}: ${age}; ${cost}`,
  };
}

/** Every setting with its origin and a check of each part. A check that throws is a failed check with its message. */
export async function diagnose(
  embedded: Embedded,
): Promise<{ home: string; settings: readonly Setting[]; checks: readonly Check[] }> {
  const checks: Check[] = [];
  const check = async (name: string, work: () => Promise<string> | string): Promise<void> => {
    try {
      checks.push({ name, ok: true, detail: await work() });
    } catch (error) {
      checks.push({ name, ok: false, detail: errorMessage(error) });
    }
  };
  await check('state file', () => {
    const row = embedded.state.db.prepare('PRAGMA quick_check').get();
    if (row?.['quick_check'] !== 'ok') throw new Error(`SQLite reports ${JSON.stringify(row)}; restore a backup`);
    return embedded.state.path;
  });
  await check('disk', () => {
    const { bavail, bsize } = statfsSync(embedded.loaded.home);
    if (bavail * bsize < MIN_FREE_BYTES) throw new Error(`${(bavail * bsize) / 1e6} MB free; at least 1 GB is needed`);
    return `${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
  });
  await check('rights of others', () => {
    const open = openToOthers(embedded.loaded.home);
    if (open.length === 0 && embedded.closedToOthers.length > 0)
      throw new Error(
        `others on this machine could read ${embedded.closedToOthers.join(', ')} until now; it is closed, but what was read is read: change what was in it`,
      );
    if (open.length > 0)
      throw new Error(`others on this machine may read ${open.join(', ')}; close it with chmod go-rwx`);
    return 'nobody else on this machine may read the home';
  });
  await check('kill switch', async () => {
    const { active, known, problem, reason } = await embedded.kill.read();
    if (!known) throw new Error(`unknown, treated as on: ${problem}`);
    return active ? `ON: ${reason}` : 'off';
  });
  await check('flags', async () => {
    const off = (await listFlags(embedded.items)).filter(({ on }) => !on).map(({ name }) => name);
    return off.length === 0 ? 'nothing is switched off' : `switched off: ${off.join(', ')}`;
  });
  await check('backups', () => describeBackups(embedded));
  await check('calendar', () => {
    const { coverage } = loadCalendar('NSE');
    return `NSE from ${coverage.from} to ${coverage.to}`;
  });
  await check('market data', async () => {
    const choice = await newestFullSession(embedded.ingest, 'NSE');
    const { simulated, asOfMs } = await embedded.profile();
    if (choice === undefined) return 'none yet: import files, or `npm start` for the simulated market';
    return `newest whole session ${choice.sessionDate}, ${choice.symbols} symbols${simulated ? ', SIMULATED' : ''}${asOfMs === null ? '' : ', frozen clock'}`;
  });
  await check('models', async () => {
    await ensureModels(embedded);
    const { mode } = embedded.loaded.config;
    const bundle = await loadServingBundle(embedded, mode);
    await verifyBundle(embedded, mode, bundle);
    return `bundle ${bundle.manifest.version} (${bundle.standing})`;
  });
  await check('model runtime', async () => {
    const { models } = await embedded.pipeline();
    const bundle = await loadServingBundle(embedded, embedded.loaded.config.mode);
    const model = await models.load(await bundle.graph('veto'));
    await model.dispose();
    return 'ONNX Runtime loads the veto graph';
  });
  await check('published run', async () => {
    const pointer = await loadPointer(embedded.items, 'NSE');
    return pointer === undefined ? 'none yet' : `${pointer.sessionDate} revision ${pointer.revision}`;
  });
  await check('track record', async () => {
    const report = await verifyStoredLedger(embedded);
    if (!report.ok) throw new Error(report.problems[0] ?? 'it does not hold');
    return `${report.entries} entries hold`;
  });
  await check('source keys', async () => {
    const status = (await openSources(embedded)).status();
    // A source that is off is no defect; what it costs is said all the same.
    for (const source of status) {
      checks.push({
        name: `source ${source.name}`,
        ok: source.health.state !== 'open',
        off: !source.on,
        detail: describeSource(source),
      });
    }
    return `${status.filter(({ on }) => on).length} of ${status.length} sources are on`;
  });
  await check('freshness', async () => {
    const nowMs = clockOf(await embedded.profile(), embedded.clock).nowMs();
    const found = await freshnessOf(embedded, 'NSE', nowMs);
    for (const one of found) checks.push(describeFreshness(one));
    return `${found.filter(({ state }) => state === 'fresh').length} of ${found.length} are as new as they should be`;
  });
  await check('jobs', async () => {
    const statuses = await jobsOf(embedded, 'NSE');
    for (const status of statuses) checks.push(describeJob(status));
    return `${statuses.filter(({ state }) => state !== 'off').length} of ${statuses.length} start by themselves while the product runs`;
  });
  return { home: embedded.loaded.home, settings: embedded.loaded.settings, checks };
}

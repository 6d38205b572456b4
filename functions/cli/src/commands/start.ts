import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, type Command } from 'commander';
import { AppError, errorMessage, toIso } from '@aion/core';
import { loadServingBundle, verifyBundle } from '@aion/forecast';
import { loadPointer, newestFullSession } from '@aion/pipeline';
import {
  buildWeb,
  composeEmbedded,
  freezeAfter,
  freePort,
  importPaths,
  loadConfig,
  makeLakeWorker,
  makeRunLauncher,
  playHome,
  prepareSimulatedMarket,
  requirePaths,
  scheduleHeartbeat,
  serveApi,
  keepSiteUp,
  wantedPort,
  type RunningApi,
  setAsideSimulated,
  startScheduler,
  type Embedded,
} from '@aion/runtime';
import { clockOf, saveProfile, type MarketProfile } from '@aion/jobs';
import { executeRun, prepareRun } from '@aion/jobs/runs';
import { count, fromCaller, say } from '../session.ts';
import { describeImport } from './import.ts';
import { showStep } from './runs.ts';

/** Runs are started in processes of their own, by this same command line. */
const PROGRAM = fileURLToPath(new URL('../aion.ts', import.meta.url));
const WEEK_MS = 7 * 86_400_000;

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('prepare the data, run the daily pipeline, serve the API and the site')
    .option('--data <folder>', 'bhavcopy and CSV files of the real market; without it the simulated market is used')
    .option('--no-web', 'serve the API only')
    .option('--frozen', 'let the clock of the simulated market stand, instead of playing its last sessions')
    .option('--speed <times>', 'play the simulated market so many times faster than the wall clock', speedOf, SPEED)
    .action(async (options: StartOptions) => {
      const loaded = loadConfig(process.env, process.cwd());
      if (options.data !== undefined) {
        requirePaths([fromCaller(options.data)]);
        const kept = await setAsideSimulated(loaded);
        if (kept !== null) say(`The home held the SIMULATED market; it is kept in ${kept}.`);
      }
      const embedded = composeEmbedded(loaded);
      const begun = performance.now();
      try {
        if (loaded.config.mode === 'prod')
          await verifyBundle(embedded, 'prod', await loadServingBundle(embedded, 'prod'));
        await prepareData(embedded, options);
        await runIfNeeded(embedded);
        await serve(embedded, options, begun);
      } finally {
        embedded.close();
      }
    });
}

interface StartOptions {
  readonly data?: string;
  readonly web: boolean;
  readonly frozen?: true;
  readonly speed: number;
}

/** A session passes in about forty seconds, and what its runs take. */
const SPEED = 600;
/** As many as a month has. */
const PLAYED_SESSIONS = 20;
/** Jobs that are due each quarter of an hour would be most of what is done. */
const LEAST_GAP_MINUTES = 120;

function speedOf(text: string): number {
  const speed = Number(text);
  if (speed >= 1 && speed <= 1_000_000) return speed;
  throw new InvalidArgumentError('expected a number from 1 (as fast as the wall clock) to 1000000.');
}

/** Imports the folder, or fills an empty home with the simulated market. A home keeps to one of the two. */
async function prepareData(embedded: Embedded, options: StartOptions): Promise<void> {
  const { data: folder } = options;
  const frozen = options.frozen === true;
  const profile = await embedded.profile();
  if (frozen && profile.played !== null) {
    await saveProfile(embedded.items, { ...profile, played: null });
    say(
      'The market of this home is played no more, for good: its clock stands from now on. A new home can be played again.',
    );
  }
  const held = await newestFullSession(embedded.ingest, 'NSE');
  if (folder === undefined) {
    if (held !== undefined)
      return say(`Using the ${profile.simulated ? 'SIMULATED market' : 'market data'} in ${embedded.loaded.home}`);
    if (embedded.loaded.config.mode === 'prod') {
      throw new AppError('missing_data', 'MODE=prod makes no simulated market; give real data with --data FOLDER');
    }
    say(
      `Making the SIMULATED market (${count(embedded.loaded.config.simulatedSymbols)} symbols × ${embedded.loaded.config.simulatedSessions} sessions) …`,
    );
    const made = await prepareSimulatedMarket(embedded, frozen ? 0 : PLAYED_SESSIONS);
    return say(
      `  ${count(made.bars)} daily and ${count(made.hourlyBars)} hourly bars up to ${made.asOf} in ${(made.milliseconds / 1000).toFixed(1)} s`,
    );
  }
  say(`Importing ${folder} …`);
  const startedMs = performance.now();
  const report = await importPaths(embedded, [fromCaller(folder)], {
    onProgress: ({ done, total, file, phase }) =>
      say(phase === 'storing' ? '  storing …' : `  ${done + 1}/${total} ${file}`, { transient: true }),
  });
  say(describeImport(report, performance.now() - startedMs));
  const choice = await newestFullSession(embedded.ingest, 'NSE');
  if (choice === undefined)
    throw new AppError('missing_data', `no bar of ${folder} could be used; the lines above say why`);
  for (const passed of choice.passedOver)
    say(`  ${passed.sessionDate} has only ${passed.symbols} symbols: passed over as partly imported`);
  const session = Date.parse(`${choice.sessionDate}T00:00:00Z`);
  if (embedded.clock.nowMs() - session > WEEK_MS) {
    await freezeAfter(embedded, choice.sessionDate);
    say(`  The newest whole session is ${choice.sessionDate}: the clock is frozen after its close.`);
  }
}

async function runIfNeeded(embedded: Embedded): Promise<void> {
  const choice = await newestFullSession(embedded.ingest, 'NSE');
  const pointer = await loadPointer(embedded.items, 'NSE');
  if (choice === undefined || pointer?.sessionDate === choice.sessionDate) return;
  for (const kind of ['daily', 'hourly'] as const) {
    say(kind === 'daily' ? `Daily run of ${choice.sessionDate}` : 'Hourly refinement');
    // The hourly run is of now, which may be a session after the newest whole one.
    const session = kind === 'daily' ? { sessionDate: choice.sessionDate } : {};
    const run = await prepareRun(embedded, { kind, ...session, actor: { kind: 'system', what: 'start' } });
    await executeRun(embedded, run, { listener: showStep });
  }
}

/** Serves until somebody stops it. Whatever ends it, also a start that fails half-way, leaves nothing behind that runs or answers. */
async function serve(embedded: Embedded, { web: withWeb, speed }: StartOptions, begun: number): Promise<void> {
  const launcher = makeRunLauncher(embedded, PROGRAM);
  const lake = makeLakeWorker(embedded);
  const opened: (() => unknown)[] = [() => lake.stop(), () => launcher.stop()];
  try {
    await launcher.recover();
    const heartbeat = scheduleHeartbeat(embedded);
    const play = await playHome(embedded, lake, { speed, leastGapMinutes: LEAST_GAP_MINUTES });
    const api = await serveApi(embedded, launcher, lake, heartbeat, play?.time);
    opened.push(() => api.close());
    const web = withWeb ? await serveSite(embedded, api) : undefined;
    if (web !== undefined) {
      opened.push(() => web.close());
      await api.setSiteUrl(web.url);
    }
    const profile = await embedded.profile();
    const scheduler = await startScheduler(
      embedded,
      launcher,
      play?.lake ?? lake,
      heartbeat,
      play?.player ?? clockOf(profile, embedded.clock),
    );
    opened.push(async () => {
      scheduler.stop();
      await scheduler.played;
    });
    const siteUrl = web === undefined ? null : embedded.loaded.config.siteUrl.replace(/\/$/, '') || web.url;
    const lines = [
      '',
      `Aion is ready after ${((performance.now() - begun) / 1000).toFixed(0)} s${profile.simulated ? '  ·  SIMULATED market' : ''}${embedded.loaded.config.mode === 'stub' ? '  ·  STUB models: the forecasts are worthless' : '  ·  MODE=prod'}`,
      ...(web === undefined ? [] : [`  Site     ${web.url}`]),
      `  API      ${api.url}/v1  (docs: ${api.url}/v1/docs)`,
      ...describeAccess(api, siteUrl),
      ...(play === undefined ? [] : [describePlay(profile, speed)]),
      ...scheduler.jobs.map((job) => `  Next ${job.name} run ${job.next}`),
      '  Stop with Ctrl+C.',
      '',
    ];
    // Listened for first: whoever reads that it is ready may stop it at once.
    const stopped = new Promise<void>((resolve) => {
      const stop = (): void => resolve();
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
    });
    process.stdout.write(`${lines.join('\n')}\n`);
    await stopped;
  } finally {
    // The newest first; what cannot be closed keeps nothing else open.
    const closed = await Promise.allSettled(opened.toReversed().map(async (close) => close()));
    for (const outcome of closed)
      if (outcome.status === 'rejected')
        embedded.telemetry.log('error', 'a part could not be closed', { error: errorMessage(outcome.reason) });
    await launcher.idle();
  }
}

async function serveSite(embedded: Embedded, api: RunningApi): ReturnType<typeof keepSiteUp> {
  const { host } = embedded.loaded.config;
  const port = wantedPort(embedded.loaded, 'webPort');
  // Before the build, which takes a minute.
  await freePort(port, host);
  say('Building the site (once per change) …', { transient: true });
  const build = await buildWeb();
  if (build.built) say(`Built the site in ${(build.milliseconds / 1000).toFixed(1)} s`);
  return keepSiteUp(
    { apiUrl: api.url, host, port, environment: api.siteEnvironment },
    { name: 'the site', clock: embedded.clock, telemetry: embedded.telemetry, say },
  );
}

/** From when to when the simulated market is played, and how to look at it standing. */
function describePlay({ asOfMs, played }: MarketProfile, speed: number): string {
  const dateOf = (ms: number | undefined): string => toIso(ms ?? 0).slice(0, 10);
  return `  Played   from ${dateOf(asOfMs ?? undefined)} to ${dateOf(played?.untilMs)}, ${count(speed)} times as fast while the exchange is open (--speed; --frozen lets it stand)`;
}

/** Who may come in, and by which link. Only who sits at this terminal reads it. */
function describeAccess({ demo, secrets }: RunningApi, siteUrl: string | null): string[] {
  const logins = (demo?.logins ?? []).map(
    ({ label, email, password }) => `    ${label.padEnd(6)} ${email.padEnd(18)} ${password ?? '(changed)'}`,
  );
  return [
    ...(logins.length === 0 ? [] : ['  Logins', ...logins]),
    ...(secrets.demo === null || siteUrl === null
      ? []
      : [`  Demo     ${siteUrl}/login#demo=${secrets.demo}  (opens once)`]),
    ...(secrets.firstAdmin === null
      ? []
      : siteUrl === null
        ? ['  There is no administrator yet: start with the site to name one.']
        : [`  Admin    ${siteUrl}/login#first-admin=${secrets.firstAdmin}  (names the first administrator, once)`]),
  ];
}

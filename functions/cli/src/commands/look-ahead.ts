import { InvalidArgumentError, type Command } from 'commander';
import { AppError, makeRng } from '@aion/core';
import {
  checkFeatures,
  checkReferences,
  checkScans,
  checkWarmUp,
  PLANTED_LEAKS,
  simulatedLookAheadMarket,
  TIMEFRAMES,
  tracksOf,
  type LookAheadMarket,
  type Timeframe,
} from '@aion/backtest';
import { dailySeries, FEATURE_NODES, makeFeatureEngine, makeReferences, resolveColumns } from '@aion/features';
import { loadConfig } from '@aion/runtime';
import { storedLookAheadMarket } from '@aion/jobs/features';
import { loadScanSet } from '@aion/universe';
import { count, MARKET_OPTION, marketOf, print, say, withHome } from '../session.ts';

interface LookAheadOptions {
  readonly all: boolean;
  readonly columns?: string;
  readonly timeframes?: string;
  readonly bars: number;
  readonly seed: string;
  readonly stored: boolean;
  readonly prove: boolean;
  readonly market: string;
  readonly json: boolean;
}

const SHOWN = 10;
const VALUES_PER_FEATURE = 1000;
const REFERENCE_CUTS = 40;
const LEAST_BARS = 20;

function bars(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < LEAST_BARS || value > 100_000)
    throw new InvalidArgumentError(`give a number from ${LEAST_BARS} to 100000`);
  return value;
}

export function addLookAheadCommand(program: Command): void {
  program
    .command('lookahead')
    .description('cut the future off at sampled bars and compare: every feature, scan and timeframe')
    .option('--all', 'every feature, scan and timeframe (the default)', false)
    .option('--columns <names>', 'only these features, and no scans: columns or groups, comma-separated')
    .option('--timeframes <names>', `only these of ${TIMEFRAMES.join(', ')}`)
    .option('--bars <n>', 'bars at which the future is cut off, per feature and timeframe', bars, 1600)
    .option('--seed <text>', 'another seed takes other bars of another invented market', 'look-ahead')
    .option('--stored', 'on the bars of this home instead of an invented market', false)
    .option('--prove', 'plant a leak of each kind first and see that it is found', false)
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: LookAheadOptions) => {
      const rng = makeRng(options.seed);
      const market = options.stored
        ? await withHome((embedded) => storedLookAheadMarket(embedded, marketOf(options)))
        : simulatedLookAheadMarket(rng);
      const asked = options.columns?.split(',').filter((name) => name.trim() !== '');
      const { columns, nodes } = resolveColumns(asked ?? ['all']);
      const timeframes = timeframesOf(options);
      const planted = options.prove ? prove(market, rng.fork('planted')) : [];
      const engine = makeFeatureEngine(nodes, columns);
      const onProgress = (done: number, total: number): void =>
        say(`${count(done)} of ${count(total)} bars cut`, { transient: true });
      const tracks = tracksOf(market, timeframes);
      const features = checkFeatures({
        engine,
        tracks,
        barsPerTimeframe: options.bars,
        valuesPerFeature: Math.min(VALUES_PER_FEATURE, options.bars),
        rng: rng.fork('features'),
        onProgress,
      });
      say('scans and warm-up', { transient: true });
      const scans =
        asked === undefined ? checkScans(market, configuredSet(), options.bars, rng.fork('scans')) : undefined;
      const references =
        asked === undefined ? checkReferences(market.beside, REFERENCE_CUTS, rng.fork('references')) : undefined;
      const warmUp = warmUpOf(market, engine, rng.fork('warm-up'));
      const violations =
        features.violationCount +
        (scans?.violations.length ?? 0) +
        (references?.violations.length ?? 0) +
        warmUp.violations.length;
      const missed = planted.filter(({ found }) => found === 0);
      const triples = features.compared + (scans?.triples ?? 0) + (references?.valued ?? 0);
      const report = {
        violations,
        triples,
        checked: {
          features: columns.length,
          timeframes: features.timeframes.length,
          scans: scans?.scans ?? 0,
          simulated: market.simulated,
        },
        timeframes: features.timeframes,
        featureViolations: features.violations,
        scans: scans ?? null,
        references: references ?? null,
        warmUp,
        planted,
      };
      if (violations > 0 || missed.length > 0) process.exitCode = 1;
      print(options, report, () =>
        [
          ...planted.map(
            ({ kind, title, found }) =>
              `planted: ${kind.replaceAll('_', ' ')} (${title}): ${found === 0 ? 'NOT FOUND' : `found at ${count(found)} bars`}`,
          ),
          ...features.timeframes.map(
            ({ timeframe, bars: cut, instruments, exDateBars, holidayBars, thin, withoutValues }) =>
              `${timeframe.padEnd(3)} ${count(cut).padStart(7)} bars of ${instruments} instruments cut, ${count(exDateBars)} beside ex-dates, ${count(holidayBars)} beside holidays` +
              `${thin.length === 0 ? '' : `; all the values there are: ${thin.map(({ feature, values }) => `${feature} ${count(values)}`).join(', ')}`}` +
              `${withoutValues.length === 0 ? '' : `; not on this timeframe: ${withoutValues.join(', ')}`}`,
          ),
          ...(scans === undefined
            ? []
            : [
                `scans: ${scans.scans} on ${scans.sessions} sessions, ${count(scans.matches)} matches, ${scans.violations.length} violations`,
              ]),
          ...(references === undefined
            ? []
            : [
                `references: ${references.references} at ${references.sessions} sessions, ${count(references.valued)} values of before, ${references.violations.length} violations` +
                  (references.withoutValues.length === 0
                    ? ''
                    : `; without values: ${references.withoutValues.join(', ')}`),
              ]),
          `warm-up: ${warmUp.columns.length} features, ${warmUp.violations.length} violations; the longest settles after ${count(Math.max(0, ...warmUp.columns.map(({ settledAt, settleBars }) => (settleBars === null ? 0 : (settledAt ?? 0)))))} bars`,
          ...features.violations
            .slice(0, SHOWN)
            .map(
              (v) =>
                `VIOLATION ${v.feature} ${v.timeframe} ${v.symbol} ${v.bar}: ${v.withFuture} with the future, ${v.withoutFuture} without`,
            ),
          ...(scans?.violations.slice(0, SHOWN).map((v) => `VIOLATION scan ${v.scan} ${v.symbol} ${v.sessionDate}`) ??
            []),
          ...(references?.violations
            .slice(0, SHOWN)
            .map((v) => `VIOLATION reference ${v.reference} ${v.symbol} ${v.sessionDate}, cut at ${v.cutAt}`) ?? []),
          ...warmUp.violations.slice(0, SHOWN).map((v) => `VIOLATION ${v.feature}: ${v.message}`),
          `${count(violations)} violations in ${count(triples)} values compared (feature, reference or scan × timeframe × bar), on ${market.simulated ? 'a SIMULATED market' : 'the bars of this home'}`,
        ].join('\n'),
      );
    });
}

const configuredSet = () => loadScanSet(loadConfig(process.env, process.cwd()).config.scanners);

function timeframesOf(options: LookAheadOptions): readonly Timeframe[] {
  if (options.timeframes === undefined) return TIMEFRAMES;
  return options.timeframes.split(',').map((name) => {
    const found = TIMEFRAMES.find((timeframe) => timeframe === name.trim());
    if (found === undefined)
      throw new AppError('bad_input', `--timeframes knows ${TIMEFRAMES.join(', ')}, found "${name}"`);
    return found;
  });
}

/** Each kind of leak, built in on purpose. */
function prove(
  market: LookAheadMarket,
  rng: ReturnType<typeof makeRng>,
): { kind: string; title: string; found: number }[] {
  return PLANTED_LEAKS.map(({ kind, title, node, market: changed }) => {
    const engine = makeFeatureEngine([...FEATURE_NODES, node], [node.columns[0]!.name]);
    const tracks = tracksOf(changed(market), ['1D']);
    return {
      kind,
      title,
      found: checkFeatures({ engine, tracks, barsPerTimeframe: 400, rng: rng.fork(kind) }).violationCount,
    };
  });
}

function warmUpOf(
  market: LookAheadMarket,
  engine: ReturnType<typeof makeFeatureEngine>,
  rng: ReturnType<typeof makeRng>,
) {
  const raw = market.daily.reduce((longest, bars) =>
    bars.sessionDay.length > longest.sessionDay.length ? bars : longest,
  );
  const references = makeReferences(market.calendar, market.referencesKnownAt(Infinity));
  const actions = market.actions.filter(({ symbol }) => symbol === raw.symbol);
  return checkWarmUp(engine, dailySeries(raw, raw.sessionDay.at(-1)!, { actions, references }), rng);
}

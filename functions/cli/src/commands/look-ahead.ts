import { InvalidArgumentError, type Command } from 'commander';
import { type Exchange, AppError } from '@aion/core';
import { TIMEFRAMES, type Timeframe } from '@aion/backtest';
import { loadConfig } from '@aion/runtime';
import { checkLookAhead, type LookAheadInput, type LookAheadReport } from '@aion/jobs/features';
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
  readonly market: Exchange;
  readonly json: boolean;
}

const SHOWN = 10;
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
      const asked = options.columns?.split(',').filter((name) => name.trim() !== '');
      const input: LookAheadInput = {
        ...(asked !== undefined && { columns: asked }),
        ...{ timeframes: timeframesOf(options), bars: options.bars, seed: options.seed, prove: options.prove },
        scans: () => loadScanSet(loadConfig(process.env, process.cwd()).config.scanners),
        onProgress: (done, total) => say(`${count(done)} of ${count(total)} bars cut`, { transient: true }),
        onRest: () => say('scans and warm-up', { transient: true }),
      };
      const report = options.stored
        ? await withHome((host) => checkLookAhead({ ...input, stored: { host, exchange: marketOf(options) } }))
        : await checkLookAhead(input);
      if (!report.ok) process.exitCode = 1;
      print(options, asJson(report), () => asLines(report).join('\n'));
    });
}

const asJson = (report: LookAheadReport) => {
  const { violations, triples, columns, simulated, features, scans, references, warmUp, planted } = report;
  const { timeframes, violations: featureViolations } = features;
  const checked = { features: columns, timeframes: timeframes.length, scans: scans?.scans ?? 0, simulated };
  return {
    ...{ violations, triples, checked, timeframes, featureViolations },
    ...{ scans, references, warmUp, planted },
  };
};

function asLines({ features, scans, references, warmUp, planted, ...rest }: LookAheadReport): string[] {
  const settles = warmUp.columns.map(({ settledAt, settleBars }) => (settleBars === null ? 0 : (settledAt ?? 0)));
  return [
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
    ...(scans === null
      ? []
      : [
          `scans: ${scans.scans} on ${scans.sessions} sessions, ${count(scans.matches)} matches, ${scans.violations.length} violations`,
        ]),
    ...(references === null
      ? []
      : [
          `references: ${references.references} at ${references.sessions} sessions, ${count(references.valued)} values of before, ${references.violations.length} violations` +
            (references.withoutValues.length === 0 ? '' : `; without values: ${references.withoutValues.join(', ')}`),
        ]),
    `warm-up: ${warmUp.columns.length} features, ${warmUp.violations.length} violations; the longest settles after ${count(Math.max(0, ...settles))} bars`,
    ...features.violations
      .slice(0, SHOWN)
      .map(
        (v) =>
          `VIOLATION ${v.feature} ${v.timeframe} ${v.symbol} ${v.bar}: ${v.withFuture} with the future, ${v.withoutFuture} without`,
      ),
    ...(scans?.violations ?? []).slice(0, SHOWN).map((v) => `VIOLATION scan ${v.scan} ${v.symbol} ${v.sessionDate}`),
    ...(references?.violations ?? [])
      .slice(0, SHOWN)
      .map((v) => `VIOLATION reference ${v.reference} ${v.symbol} ${v.sessionDate}, cut at ${v.cutAt}`),
    ...warmUp.violations.slice(0, SHOWN).map((v) => `VIOLATION ${v.feature}: ${v.message}`),
    `${count(rest.violations)} violations in ${count(rest.triples)} values compared (feature, reference or scan × timeframe × bar), on ${rest.simulated ? 'a SIMULATED market' : 'the bars of this home'}`,
  ];
}

function timeframesOf(options: LookAheadOptions): readonly Timeframe[] {
  if (options.timeframes === undefined) return TIMEFRAMES;
  return options.timeframes.split(',').map((name) => {
    const found = TIMEFRAMES.find((timeframe) => timeframe === name.trim());
    if (found === undefined)
      throw new AppError('bad_input', `--timeframes knows ${TIMEFRAMES.join(', ')}, found "${name}"`);
    return found;
  });
}

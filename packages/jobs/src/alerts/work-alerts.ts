import { AppError, DAY_MS, isAppError, toEpochDay, type SessionDate, type Exchange } from '@aion/core';
import { ABSENCE_REASONS, resolveColumns, type FeatureDay } from '@aion/features';
import { sessionAt } from '../runs/session.ts';
import { loadCalendar, newestFullSessionOf, readManifest } from '@aion/market';
import { readRecords } from '@aion/market/records';
import {
  alertInsiderBuying,
  alertOptionsFlow,
  alertSentiment,
  BridgeRules,
  makeBridge,
  makeEventBus,
  makeFeatureWorker,
  type ComputeFeatures,
  type EventBus,
  type FeatureRequest,
  type Published,
  type SentimentScorer,
  type Worked,
} from '@aion/universe';
import type { Host } from '../host.ts';
import { featuresOfSession } from '../features/stored-features.ts';
import { clockOf } from '../market-profile.ts';

const VISIBILITY_MS = 60_000;
const CATALYST_DAYS = 31;

/** Of a replay its own now, which stands behind the data's last session. */
const productNow = async ({ profile, clock }: Host): Promise<number> => clockOf(await profile(), clock).nowMs();

const openEventBus = (host: Host, market: Exchange): EventBus => makeEventBus(host, market);

/**
 * Layer 2 from what is known now: insider trades, option chains, news and posts. Published as alerts of the session that is open or was last.
 *
 * @param scorer judges texts; the lexicon unless another is handed in.
 */
export async function raiseCatalysts(
  host: Host,
  market: Exchange,
  scorer?: SentimentScorer,
): Promise<Published & { readonly raised: number }> {
  const asOfMs = await productNow(host);
  const moment = { sessionDate: sessionAt(loadCalendar(market), asOfMs), asOfMs };
  const since = { asOfMs, fromMs: asOfMs - CATALYST_DAYS * DAY_MS };
  const ports = host.ingest;
  const [trades, chains, news, posts] = await Promise.all([
    readRecords(ports, { kind: 'insider_trade', ...since }),
    readRecords(ports, { kind: 'option_chain', ...since }),
    readRecords(ports, { kind: 'news', ...since }),
    readRecords(ports, { kind: 'social', ...since }),
  ]);
  // The lexicon is large: it is loaded where texts are judged.
  const score = scorer ?? (await import('@aion/features/sentiment/lexicon-scorer')).makeLexiconScorer();
  const alerts = [
    ...alertInsiderBuying(trades, moment),
    ...alertOptionsFlow(chains, moment),
    ...alertSentiment([...news, ...posts], score, moment),
  ];
  return { ...(await openEventBus(host, market).publish(alerts)), raised: alerts.length };
}

export interface WorkedAlerts {
  readonly events: number;
  readonly requests: number;
  readonly done: number;
  readonly repeated: number;
  readonly failed: Worked['failed'];
  readonly deadLetters: number;
}

/** Turns every alert that is new on the bus into feature requests and works the queues off, the most urgent first. */
export async function workAlerts(host: Host, market: Exchange): Promise<WorkedAlerts> {
  const queues = host.featureStore.queues();
  const bus = openEventBus(host, market);
  const { items, clock, telemetry } = host;
  const sent = await makeBridge({ items, clock, bus, queues }, BridgeRules.parse({})).catchUp();
  const worker = makeFeatureWorker({
    ...{ items, clock, telemetry, queues, visibilityMs: VISIBILITY_MS },
    computeFeatures: featuresOfLake(host),
  });
  let done = 0;
  let repeated = 0;
  const failed: Worked['failed'][number][] = [];
  for (;;) {
    const round = await worker.step();
    if (round.done.length + round.repeated.length + round.failed.length === 0) break;
    done += round.done.length;
    repeated += round.repeated.length;
    failed.push(...round.failed);
  }
  return { ...sent, done, repeated, failed, deadLetters: (await worker.deadLetters()).length };
}

/** Columns by the groups that alerts ask for. */
const COLUMNS: Readonly<Record<FeatureRequest['groups'][number], readonly string[]>> = {
  price_action: ['bar_shape', 'bar_range', 'extremes_20', 'extremes_252', 'consolidation20', 'contraction'],
  technical: ['ta'],
  smart_money: ['smc'],
  microstructure: [
    'volume_ratio20',
    'dollar_volume20',
    'cmf20',
    'volume_dry_up',
    'amihud20',
    'order_flow20',
    'kyle_lambda60',
  ],
  cross_asset: [
    'beta60',
    'index_corr60',
    'rs_index20',
    'rs_index63',
    'rs_sector20',
    'rs_sector63',
    'regime_volatility',
  ],
  sentiment: ['sentiment_score', 'sentiment_momentum', 'sentiment_novelty', 'sentiment_count', 'sentiment_dispersion'],
  fundamental: [
    'earnings_yield',
    'book_to_price',
    'dividend_yield',
    'debt_to_equity',
    'return_on_equity',
    'revenue_growth',
  ],
};

/**
 * The sessions whose features answer a request of one: itself where it has bars, and behind it the newest whole one. An alert of records
 * may be raised before its session's bars exist, or while they come in.
 */
async function answeringSessions(host: Host, market: Exchange, sessionDate: SessionDate): Promise<SessionDate[]> {
  const { sessionDays, sessionBars } = await readManifest(host.ingest, market, 'daily');
  const day = toEpochDay(sessionDate);
  const past = sessionDays.filter((one) => one <= day);
  const whole = newestFullSessionOf({ sessionDays: past, sessionBars: sessionBars.slice(0, past.length) })?.sessionDate;
  const own = past.at(-1) === day ? [sessionDate] : [];
  return whole === undefined || whole === own[0] ? own : [...own, whole];
}

/**
 * Features at the close of a request's session, by what was known then; of the newest whole session before it as long as there is no bar
 * of the symbol on it: `computedOn` names the session. One is read, and its features looked up, once.
 */
function featuresOfLake(host: Host): ComputeFeatures {
  const days = new Map<string, Promise<FeatureDay>>();
  const dayOf = (market: Exchange, sessionDate: SessionDate): Promise<FeatureDay> => {
    const key = `${market} ${sessionDate}`;
    const known = days.get(key);
    if (known !== undefined) return known;
    const reading = featuresOfSession(host, market, ['all'], sessionDate).then(({ day }) => day);
    days.set(key, reading);
    return reading;
  };
  return async ({ exchange, symbol, sessionDate, groups }) => {
    const sessions = await answeringSessions(host, exchange, sessionDate);
    const refuse = (why: string): AppError =>
      new AppError('missing_data', `${symbol} has no features of ${sessionDate}: ${why}`);
    let found: { readonly day: FeatureDay; readonly row: number; readonly computedOn: SessionDate } | undefined;
    for (const computedOn of sessions) {
      const day = await dayOf(exchange, computedOn);
      const failed = day.failed.find((one) => one.symbol === symbol)?.message;
      if (failed !== undefined) throw refuse(failed);
      const row = day.table.symbols.indexOf(symbol);
      if (row < 0) continue;
      found = { day, row, computedOn };
      break;
    }
    if (found === undefined)
      throw refuse(sessions.length === 0 ? 'no bars are stored yet' : `it has no bar of ${sessions.join(' or ')}`);
    const { day, row, computedOn } = found;
    const { table } = day;
    const { columns } = resolveColumns(groups.flatMap((group) => COLUMNS[group]));
    const places = columns.map((name) => ({ name, place: table.names.indexOf(name) }));
    const values = places.map(({ name, place }) => [name, table.columns[place]![row]!] as const);
    return {
      computedOn,
      values: Object.fromEntries(values.map(([name, value]) => [name, Number.isNaN(value) ? null : value])),
      absent: Object.fromEntries(
        places.flatMap(({ name, place }) => {
          const code = day.absences[row * table.names.length + place]!;
          return code === 0 ? [] : [[name, ABSENCE_REASONS[code - 1]!]];
        }),
      ),
    };
  };
}

/** Alerts of sessions, in the order of the bus: the newest figures of each, or all with `superseded`. */
export async function alertHistory(
  host: Host,
  market: Exchange,
  range: { readonly from?: SessionDate; readonly to?: SessionDate; readonly superseded: boolean },
) {
  const today = sessionAt(loadCalendar(market), await productNow(host));
  const to = range.to ?? today;
  const from = range.from ?? to;
  if (from > to) throw new AppError('bad_input', `--from ${from} is after --to ${to}; swap them`);
  try {
    const events = await openEventBus(host, market).history({ from, to, superseded: range.superseded });
    return { from, to, events };
  } catch (error) {
    if (isAppError(error, 'too_large')) throw new AppError('bad_input', error.message, { cause: error });
    throw error;
  }
}

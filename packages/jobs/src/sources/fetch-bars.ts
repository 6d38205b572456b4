import { AppError, toEpochDay } from '@aion/core';
import {
  actionsBySymbol,
  adjustDaily,
  checkActions,
  type DailyBars,
  type IngestPorts,
  loadActions,
  loadCalendar,
  readManifest,
  readSymbol,
} from '@aion/market';
import {
  askChain,
  type BarRequest,
  type ChainResult,
  compareSources,
  EXCHANGE_FACTS,
  type FetchedActions,
  type FetchedDaily,
  type FetchedIntraday,
  type LinkFailure,
  localTime,
  orderOf,
  type OrderedKind,
  type QuorumInput,
  type QuorumResult,
  type SourceName,
  type SourcePolicy,
} from '@aion/market/sources';
import type { Sources } from './sources.ts';

export interface FetchPorts {
  readonly ingest: IngestPorts;
  readonly policy: SourcePolicy;
  readonly sources: Sources;
  /** False for a home with the simulated market: its bars are no opinion on real ones. */
  readonly compareStored: boolean;
}

export interface FetchOptions {
  /** Asked alone, in place of the order that is configured. */
  readonly only?: SourceName;
}

export interface DailyFetch {
  readonly answers: readonly FetchedDaily[];
  readonly failures: readonly LinkFailure[];
  readonly notAsked: readonly string[];
  /** Of what the sources gave and, for NSE, of what the lake holds. */
  readonly quorum: QuorumResult;
}

/** The name under which stored raw bars take part in a comparison: the exchange's own, so they come first. */
const LAKE = 'lake';

/** Asks the sources in order and compares what they give with each other and with the stored bars. Nothing is stored. */
export async function fetchDaily(
  ports: FetchPorts,
  request: BarRequest,
  options: FetchOptions = {},
): Promise<DailyFetch> {
  const { policy } = ports;
  const order = orderFor(policy, 'daily', request, options);
  const chain = await ask(
    ports,
    order,
    (source) => callBars(ports, source, 'daily', (bars) => bars.daily!(request)),
    policy.quorum,
    ({ bars }) => bars.sessionDay.length === 0,
  );
  const stored = request.exchange === 'NSE' && ports.compareStored ? await storedBars(ports, request) : undefined;
  const inputs: QuorumInput[] = chain.answers.map(({ answer }) => answer);
  if (stored !== undefined) inputs.push({ source: LAKE, bars: stored.bars, adjustment: 'none' });
  const quorum = compareSources(inputs, {
    priority: [LAKE, ...order],
    toleranceFrac: policy.toleranceFrac,
    volumeToleranceFrac: policy.volumeToleranceFrac,
    toSplitBasis: stored?.toSplitBasis ?? ((bars) => bars),
  });
  return {
    answers: chain.answers.map(({ answer }) => answer),
    failures: chain.failures,
    notAsked: chain.notAsked,
    quorum,
  };
}

export async function fetchIntraday(
  ports: FetchPorts,
  request: BarRequest & { readonly barMinutes: number },
  options: FetchOptions = {},
): Promise<ChainResult<FetchedIntraday>> {
  const order = orderFor(ports.policy, 'intraday', request, options);
  const call = (source: SourceName) => callBars(ports, source, 'intraday', (bars) => bars.intraday!(request));
  return ask(ports, order, call, 1, ({ bars }) => bars.openTimeMs.length === 0);
}

export async function fetchActions(
  ports: FetchPorts,
  request: BarRequest,
  options: FetchOptions = {},
): Promise<ChainResult<FetchedActions>> {
  const order = orderFor(ports.policy, 'actions', request, options);
  return ask(ports, order, (source) => ports.sources.actions(source).actions(request), ports.policy.quorum);
}

function orderFor(
  policy: SourcePolicy,
  kind: OrderedKind,
  request: BarRequest,
  options: FetchOptions,
): readonly SourceName[] {
  return options.only === undefined ? orderOf(policy, kind, request.exchange) : [options.only];
}

function callBars<T>(
  ports: FetchPorts,
  name: SourceName,
  kind: 'daily' | 'intraday',
  work: (bars: ReturnType<Sources['bars']>) => Promise<T>,
): Promise<T> {
  const bars = ports.sources.bars(name);
  if (bars[kind] === undefined) throw new AppError('bad_input', `${name} has no ${kind} bars; ask another source`);
  return work(bars);
}

function ask<T>(
  { sources }: FetchPorts,
  order: readonly SourceName[],
  call: (source: SourceName) => Promise<T>,
  wanted: number,
  isEmpty?: (answer: T) => boolean,
): Promise<ChainResult<T>> {
  const links = order.map((source) => {
    const { why } = sources.standing(source);
    return { source, ask: async () => call(source), ...(why === null ? {} : { off: why }) };
  });
  return askChain(links, { wanted, ...(isEmpty === undefined ? {} : { isEmpty }) });
}

/** The lake's raw bars of the range, and how they are brought to the shares of today. */
async function storedBars(
  { ingest }: FetchPorts,
  { symbol, from, to }: BarRequest,
): Promise<{ bars: DailyBars; toSplitBasis: (bars: DailyBars) => DailyBars } | undefined> {
  const all = await readSymbol(ingest, await readManifest(ingest, 'NSE', 'daily'), symbol);
  if (all === undefined) return undefined;
  const [first, last] = [toEpochDay(from), toEpochDay(to)];
  const inside = Array.from(all.sessionDay, (_, row) => row).filter(
    (row) => all.sessionDay[row]! >= first && all.sessionDay[row]! <= last,
  );
  if (inside.length === 0) return undefined;
  const [start, end] = [inside[0]!, inside.at(-1)! + 1];
  const bars: DailyBars = {
    symbol,
    sessionDay: all.sessionDay.subarray(start, end),
    open: all.open.subarray(start, end),
    high: all.high.subarray(start, end),
    low: all.low.subarray(start, end),
    close: all.close.subarray(start, end),
    volumeShares: all.volumeShares.subarray(start, end),
  };
  // Judged on the whole history: a part of it would let a wrong action pass.
  const { actions } = checkActions(
    all,
    actionsBySymbol(await loadActions(ingest, 'NSE')).get(symbol) ?? [],
    loadCalendar('NSE'),
  );
  const today = toEpochDay(loadCalendar('NSE').dateAt(ingest.clock.nowMs()));
  return { bars, toSplitBasis: (raw) => adjustDaily(raw, actions, today) };
}

/** The last day that sources can be asked for, in exchange time. */
export const todayAt = (exchange: BarRequest['exchange'], nowMs: number): number =>
  localTime(nowMs, EXCHANGE_FACTS[exchange].timeZone).day;

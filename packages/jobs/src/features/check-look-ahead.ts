import { makeRng, type Exchange, type Rng } from '@aion/core';
import {
  checkFeatures,
  checkReferences,
  checkScans,
  checkWarmUp,
  PLANTED_LEAKS,
  simulatedLookAheadMarket,
  TIMEFRAMES,
  tracksOf,
  type FeatureCheck,
  type LookAheadMarket,
  type ReferenceCheck,
  type ScanCheck,
  type Timeframe,
  type WarmUpCheck,
} from '@aion/backtest';
import {
  dailySeries,
  FEATURE_NODES,
  makeFeatureEngine,
  makeReferences,
  resolveColumns,
  type FeatureEngine,
} from '@aion/features';
import type { ScanSet } from '@aion/universe';
import type { Host } from '../host.ts';
import { storedLookAheadMarket } from './look-ahead-market.ts';

const VALUES_PER_FEATURE = 1000;
const REFERENCE_CUTS = 40;
const PLANTED_BARS = 400;

export interface LookAheadInput {
  /** The bars of a home; without it those of an invented market. */
  readonly stored?: { readonly host: Pick<Host, 'ingest' | 'clock'>; readonly exchange: Exchange };
  /** Columns or groups. Without them every feature is checked, and scans and references too. */
  readonly columns?: readonly string[];
  readonly timeframes?: readonly Timeframe[];
  /** Bars at which the future is cut off, per feature and timeframe. */
  readonly bars: number;
  /** Another seed takes other bars, of another invented market. */
  readonly seed: string;
  /** Plants a leak of each kind first. */
  readonly prove: boolean;
  /** Is asked where scans are checked. */
  readonly scans: () => ScanSet;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called when the features are done. */
  readonly onRest?: () => void;
}

/** A leak that was built in on purpose. */
export interface FoundLeak {
  readonly kind: string;
  readonly title: string;
  /** At how many bars it was found; 0: it was missed. */
  readonly found: number;
}

export interface LookAheadReport {
  readonly ok: boolean;
  readonly violations: number;
  /** Values that were compared: feature, reference or scan × timeframe × bar. */
  readonly triples: number;
  readonly columns: number;
  readonly simulated: boolean;
  readonly features: FeatureCheck;
  readonly scans: ScanCheck | null;
  readonly references: ReferenceCheck | null;
  readonly warmUp: WarmUpCheck;
  readonly planted: readonly FoundLeak[];
}

/**
 * Cuts the future off at sampled bars and compares: every feature, scan, reference and timeframe, and the warm-up that each feature states.
 * It is not ok where anything differs, or where a leak that was planted is not found.
 *
 * @example const { ok } = await checkLookAhead({ bars: 1600, seed: 'look-ahead', prove: true, scans: () => loadScanSet({}) });
 */
export async function checkLookAhead(input: LookAheadInput): Promise<LookAheadReport> {
  const { stored, columns: asked, timeframes = TIMEFRAMES, bars, scans: set, onProgress, onRest } = input;
  const rng = makeRng(input.seed);
  const market =
    stored === undefined ? simulatedLookAheadMarket(rng) : await storedLookAheadMarket(stored.host, stored.exchange);
  const { columns, nodes } = resolveColumns(asked ?? ['all']);
  const planted = input.prove ? plantLeaks(market, rng.fork('planted')) : [];
  const engine = makeFeatureEngine(nodes, columns);
  const features = checkFeatures({
    ...{ engine, tracks: tracksOf(market, timeframes), barsPerTimeframe: bars, rng: rng.fork('features') },
    valuesPerFeature: Math.min(VALUES_PER_FEATURE, bars),
    ...(onProgress !== undefined && { onProgress }),
  });
  onRest?.();
  const all = asked === undefined;
  const scans = all ? checkScans(market, set(), bars, rng.fork('scans')) : null;
  const references = all ? checkReferences(market.beside, REFERENCE_CUTS, rng.fork('references')) : null;
  const warmUp = checkWarmUpOf(market, engine, rng.fork('warm-up'));
  const violations =
    features.violationCount +
    (scans?.violations.length ?? 0) +
    (references?.violations.length ?? 0) +
    warmUp.violations.length;
  return {
    ok: violations === 0 && planted.every(({ found }) => found > 0),
    violations,
    triples: features.compared + (scans?.triples ?? 0) + (references?.valued ?? 0),
    ...{ columns: columns.length, simulated: market.simulated, features, scans, references, warmUp, planted },
  };
}

/** Builds in each kind of leak and looks for it. */
const plantLeaks = (market: LookAheadMarket, rng: Rng): FoundLeak[] =>
  PLANTED_LEAKS.map(({ kind, title, node, market: changed }) => {
    const engine = makeFeatureEngine([...FEATURE_NODES, node], [node.columns[0]!.name]);
    const tracks = tracksOf(changed(market), ['1D']);
    const { violationCount } = checkFeatures({
      ...{ engine, tracks, barsPerTimeframe: PLANTED_BARS, rng: rng.fork(kind) },
    });
    return { kind, title, found: violationCount };
  });

/** On the longest series of the market. */
function checkWarmUpOf(market: LookAheadMarket, engine: FeatureEngine, rng: Rng): WarmUpCheck {
  const raw = market.daily.reduce((longest, bars) =>
    bars.sessionDay.length > longest.sessionDay.length ? bars : longest,
  );
  const references = makeReferences(market.calendar, market.referencesKnownAt(Infinity));
  const actions = market.actions.filter(({ symbol }) => symbol === raw.symbol);
  return checkWarmUp(engine, dailySeries(raw, raw.sessionDay.at(-1)!, { actions, references }), rng);
}

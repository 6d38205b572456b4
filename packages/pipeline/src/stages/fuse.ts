import type { SessionDate } from '@aion/core';
import type { LoadedBundle } from '@aion/forecast';
import { isFund, tickMinorAhead } from '@aion/market';
import {
  ABSTAIN_TITLES,
  describeMarket,
  entryTerms,
  fuse,
  planTrade,
  signalsHash,
  type AbstainReason,
  type Fusion,
  type FusionPolicy,
  type MarketRegime,
  type Reason,
  type Signal,
  type MadePlan,
} from '@aion/signals';
import { loadForecastRows, type ForecastRefs, type ForecastRow } from '../features/forecast-rows.ts';
import { makeSignal } from '@aion/signals';
import { loadPanel, type Panel } from '../market/panel.ts';
import type { ReasonTally } from '../ports.ts';
import type { Stage } from '../runner/stage.ts';
import type { FeaturesOutput } from './features.ts';
import { tallyReasons } from './universe.ts';

export interface FuseInput {
  readonly sessionDate: SessionDate;
  readonly barsHash: string;
  readonly snapshotId: string;
  readonly validUntil: SessionDate;
  readonly policy: FusionPolicy;
  readonly features: FeaturesOutput;
  readonly forecasts: Omit<ForecastRefs, 'context'>;
}

export interface FuseOutput {
  readonly signals: readonly Signal[];
  readonly regime: MarketRegime;
  readonly held: readonly ReasonTally[];
  readonly hold: number;
  readonly signalsHash: string;
}

interface Candidate {
  readonly row: number;
  readonly symbol: string;
  readonly fusion: Extract<Fusion, { kind: 'signal' }>;
  readonly plan: MadePlan | null;
  readonly warnings: readonly Reason[];
  readonly forecast: ForecastRow;
}

/** Fuses forecasts into signals, strongest first. Ties are broken by symbol, so that the order is the same everywhere. */
export function fuseStage(bundle: LoadedBundle): Stage<FuseInput, FuseOutput> {
  return {
    name: 'fuse',
    title: 'Fuse forecasts into signals',
    async run(input, context) {
      const { features, policy } = input;
      const { market } = context.ports;
      const panel = await loadPanel(context, input.sessionDate, input.barsHash);
      const forecastOf = await loadForecastRows(context, bundle, { ...input.forecasts, context: features.context });
      const regime = describeMarket(features.facts, indexOn(panel, 'NIFTY50'), indexOn(panel, 'INDIA_VIX'));
      const nextSession = market.calendar.nextSession(input.sessionDate);
      const held: { reason: AbstainReason | 'vetoed' }[] = [];
      const candidates: Candidate[] = [];
      features.symbols.forEach((symbol, row) => {
        const forecast = forecastOf(row);
        const fusion = fuse(forecast.set, policy, regime.riskOn);
        if (fusion.kind !== 'signal') {
          held.push({ reason: fusion.kind === 'vetoed' ? 'vetoed' : fusion.why });
          return;
        }
        if (fusion.side === 'SELL') {
          candidates.push({ row, symbol, fusion, plan: null, warnings: [], forecast });
          return;
        }
        const terms = entryTerms(panel.measures, symbol, input.sessionDate, input.validUntil, market.calendar);
        if (terms.validUntil === null) {
          held.push({ reason: 'results_next' });
          return;
        }
        const facts = features.facts[row]!;
        const { tft } = forecast.set;
        const planned = planTrade({
          ...facts,
          band: { median: facts.close * (1 + tft.return10), high: facts.close * (1 + tft.upper10) },
          tickMinor: tickMinorAhead(
            market.exchange,
            {
              sessionDate: input.sessionDate,
              monthClose: facts.monthClose,
              close: facts.close,
              isFund: isFund(market.exchange, symbol, panel.instruments.get(symbol)),
            },
            nextSession,
            input.validUntil,
          ),
          leastRewardFrac: policy.minRewardCosts * policy.roundTripCostFrac,
          validUntil: terms.validUntil,
        });
        if (planned.kind === 'plan')
          candidates.push({ row, symbol, fusion, plan: planned.plan, warnings: terms.warnings, forecast });
        else held.push({ reason: planned.why });
      });

      const kept = strongest(candidates, policy.maxSignalsPerSide);
      for (let i = kept.length; i < candidates.length; i++) held.push({ reason: 'below_rank' });
      const run = {
        exchange: market.exchange,
        sessionDate: input.sessionDate,
        snapshotId: input.snapshotId,
        standing: bundle.standing,
        simulated: market.simulated,
      };
      const signals = kept.map((candidate, i) =>
        makeSignal(run, {
          ...candidate,
          rank: i + 1,
          facts: features.facts[candidate.row]!,
          absent: features.absent[candidate.row]!,
          instrument: panel.instruments.get(candidate.symbol),
        }),
      );
      const hash = signalsHash(input.snapshotId, signals);
      const buy = signals.filter((signal) => signal.side === 'BUY').length;
      return {
        output: { signals, regime, held: tallyReasons(held, ABSTAIN_TITLES), hold: held.length, signalsHash: hash },
        figures: { buy, sell: signals.length - buy, hold: held.length, signalsHash: hash.slice(0, 16) },
      };
    },
  };
}

/**
 * Ideas to enter come first: a SELL speaks only to those who hold the share. Then by strength, the less
 * likely to fail first; symbols break ties.
 */
function strongest(candidates: readonly Candidate[], perSideCap: number): Candidate[] {
  const sideOrder = { BUY: 0, SELL: 1 };
  const sorted = [...candidates].sort(
    (a, b) =>
      sideOrder[a.fusion.side] - sideOrder[b.fusion.side] ||
      b.fusion.strength - a.fusion.strength ||
      a.fusion.failProb - b.fusion.failProb ||
      (a.symbol < b.symbol ? -1 : 1),
  );
  const perSide = { BUY: 0, SELL: 0 };
  return sorted.filter((candidate) => ++perSide[candidate.fusion.side] <= perSideCap);
}

/** An index series that has a bar on the session; one that ends earlier says nothing about it. */
function indexOn(panel: Panel, name: string): { name: string; close: Float64Array } | undefined {
  const series = panel.index.find((bars) => bars.symbol === name);
  return series === undefined || series.sessionDay.at(-1) !== panel.sessionDay
    ? undefined
    : { name, close: series.close };
}

import { hashOf, shortId, toMinor, type SessionDate } from '@aion/core';
import { CONTEXT_VALUES } from '@aion/features';
import { TEN_SESSIONS, type LoadedBundle, type StockFormerRows, type TftRows } from '@aion/forecast';
import {
  ABSTAIN_TITLES,
  describeMarket,
  fuse,
  planTrade,
  signalsHash,
  type AbstainReason,
  type Fusion,
  type FusionPolicy,
  type MarketRegime,
  type Reason,
  type Signal,
  type TradePlan,
} from '@aion/signals';
import { loadPanel } from '../panel.ts';
import type { ReasonTally } from '../ports.ts';
import type { Stage } from '../runner/stage-runner.ts';
import type { SymbolFacts } from '../symbol-features.ts';
import { loadRows, type RowsRef } from '../tensors.ts';
import type { FeaturesOutput } from './features.ts';
import { tallyReasons } from './universe.ts';

export interface FuseInput {
  readonly sessionDate: SessionDate;
  readonly barsHash: string;
  readonly snapshotId: string;
  readonly validUntil: SessionDate;
  readonly policy: FusionPolicy;
  readonly features: FeaturesOutput;
  readonly stockformer: { readonly [K in keyof StockFormerRows]: RowsRef };
  readonly tft: { readonly [K in keyof TftRows]: RowsRef };
  readonly failProbs: RowsRef;
}

export interface FuseOutput {
  readonly signals: readonly Signal[];
  readonly regime: MarketRegime;
  readonly held: readonly ReasonTally[];
  readonly hold: number;
  readonly signalsHash: string;
}

type Candidate = {
  readonly row: number;
  readonly symbol: string;
  readonly fusion: Extract<Fusion, { kind: 'signal' }>;
  readonly plan: TradePlan | null;
};

/** Fuses forecasts into signals, strongest first. Ties are broken by symbol, so that the order is the same everywhere. */
export function fuseStage(bundle: LoadedBundle): Stage<FuseInput, FuseOutput> {
  return {
    name: 'fuse',
    title: 'Fuse forecasts into signals',
    async run(input, context) {
      const { features, policy } = input;
      const panel = await loadPanel(context, input.sessionDate, input.barsHash);
      const load = async (ref: RowsRef) => (await loadRows(context.ports.objects, ref)).values;
      const [sfReturns, sfUpProbs, tftReturns, upper, lower, fail, contextRows] = await Promise.all(
        [
          input.stockformer.returns,
          input.stockformer.upProbs,
          input.tft.returns,
          input.tft.upper10d,
          input.tft.lower10d,
          input.failProbs,
          features.context,
        ].map(load),
      );
      const index = (name: string) => panel.index.find((series) => series.symbol === name);
      const series = (name: string) => {
        const found = index(name);
        return found === undefined ? undefined : { name, close: found.close };
      };
      const regime = describeMarket(features.facts, series('NIFTY50'), series('INDIA_VIX'));
      const place = (name: string) => CONTEXT_VALUES.findIndex((value) => value.name === name);
      const [dayPlace, weekPlace] = [place('tf_day'), place('tf_week')];
      const width = CONTEXT_VALUES.length;
      const held: { reason: string }[] = [];
      const candidates: Candidate[] = [];
      const hold = (reason: AbstainReason | 'vetoed'): void => void held.push({ reason });

      features.symbols.forEach((symbol, row) => {
        const horizon = row * 3 + TEN_SESSIONS;
        const fusion = fuse(
          {
            stockformer: {
              version: bundle.manifest.models.stockformer.version,
              return10: quantised(sfReturns![horizon]!),
              upProb10: quantised(sfUpProbs![horizon]!),
            },
            tft: {
              version: bundle.manifest.models.tft.version,
              return10: quantised(tftReturns![horizon]!),
              upper10: quantised(upper![row]!),
              lower10: quantised(lower![row]!),
            },
            veto: { version: bundle.manifest.models.veto.version, failProb: quantised(fail![row]!) },
            dayAlignment: contextRows![row * width + dayPlace]!,
            weekAlignment: contextRows![row * width + weekPlace]!,
          },
          policy,
          regime.riskOn,
        );
        if (fusion.kind === 'abstained') return hold(fusion.why);
        if (fusion.kind === 'vetoed') return hold('vetoed');
        if (fusion.side === 'SELL') return void candidates.push({ row, symbol, fusion, plan: null });
        const facts = features.facts[row]!;
        const planned = planTrade({ ...facts, tickMinor: policy.tickMinor, validUntil: input.validUntil });
        if (planned.kind === 'abstained') return hold(planned.why);
        candidates.push({ row, symbol, fusion, plan: planned.plan });
      });

      // Ideas to enter come first: a SELL speaks only to those who hold the share. Then by confidence; symbols break ties.
      const sideOrder = { BUY: 0, SELL: 1 };
      candidates.sort(
        (a, b) =>
          sideOrder[a.fusion.side] - sideOrder[b.fusion.side] ||
          b.fusion.confidence - a.fusion.confidence ||
          a.fusion.failProb - b.fusion.failProb ||
          (a.symbol < b.symbol ? -1 : 1),
      );
      const kept: Candidate[] = [];
      const perSide = { BUY: 0, SELL: 0 };
      for (const candidate of candidates) {
        if (++perSide[candidate.fusion.side] <= policy.maxSignalsPerSide) kept.push(candidate);
        else hold('below_rank');
      }
      const signals = kept.map((candidate, i) => {
        const { row } = candidate;
        const values = contextRows!.subarray(row * width, (row + 1) * width);
        const band = {
          lower: quantised(lower![row]!),
          middle: quantised(tftReturns![row * 3 + TEN_SESSIONS]!),
          upper: quantised(upper![row]!),
        };
        return toSignal(
          candidate,
          i + 1,
          input,
          features.facts[row]!,
          values,
          features.absent[row]!,
          band,
          panel.instruments.get(candidate.symbol),
          bundle.standing,
          context.ports.market.simulated,
          context.ports.market.exchange,
        );
      });
      const hash = signalsHash(input.snapshotId, signals);
      const output: FuseOutput = {
        signals,
        regime,
        held: tallyReasons(held, ABSTAIN_TITLES),
        hold: held.length,
        signalsHash: hash,
      };
      const buy = signals.filter((signal) => signal.side === 'BUY').length;
      return {
        output,
        figures: { buy, sell: signals.length - buy, hold: held.length, signalsHash: hash.slice(0, 16) },
      };
    },
  };
}

/** Undoes the float32 storage of values that were quantised to 1e-4: the decimal that was meant. */
const quantised = (value: number): number => Math.round(value * 1e4) / 1e4;
const quantisedContext = (value: number): number => Math.round(value * 1e5) / 1e5;

function toSignal(
  candidate: Candidate,
  rank: number,
  input: FuseInput,
  facts: SymbolFacts,
  values: Float32Array,
  absent: readonly { name: string; reason: string }[],
  band: { lower: number; middle: number; upper: number },
  instrument: { name?: string | undefined; sector?: string | undefined; isin?: string | undefined } | undefined,
  standing: Signal['standing'],
  simulated: boolean,
  exchange: Signal['exchange'],
): Signal {
  const { symbol, fusion, plan } = candidate;
  const missing = new Map(absent.map((entry) => [entry.name, entry.reason]));
  const priced = (returnFrac: number): number => toMinor(facts.close * (1 + returnFrac));
  return {
    id: shortId(hashOf({ exchange, sessionDate: input.sessionDate, symbol, snapshotId: input.snapshotId }), 16),
    exchange,
    currency: exchange === 'NSE' ? 'INR' : 'USD',
    symbol,
    isin: instrument?.isin ?? null,
    name: instrument?.name ?? null,
    sector: instrument?.sector ?? null,
    sessionDate: input.sessionDate,
    snapshotId: input.snapshotId,
    rank,
    side: fusion.side,
    confidence: fusion.confidence,
    plan,
    votes: fusion.votes,
    failProb: fusion.failProb,
    vetoDecision: fusion.vetoDecision,
    smcFlags: facts.smcFlags,
    reasons: reasonsOf(fusion, values),
    whatWouldChange: changesOf(fusion, plan),
    band: { lowMinor: priced(band.lower), medianMinor: priced(band.middle), highMinor: priced(band.upper) },
    context: CONTEXT_VALUES.map((spec, i) => ({
      name: spec.name,
      value: quantisedContext(values[i]!),
      title: spec.title,
      absent: missing.get(spec.name) ?? null,
    })),
    lastCloseMinor: toMinor(facts.close),
    sparkMinor: facts.spark.map(toMinor),
    standing,
    simulated,
  };
}

const percent = (frac: number): string => `${(100 * frac).toFixed(0)} %`;

function reasonsOf(fusion: Candidate['fusion'], values: Float32Array): Reason[] {
  const value = (name: string): number => values[CONTEXT_VALUES.findIndex((spec) => spec.name === name)]!;
  const up = fusion.side === 'BUY';
  const reasons: Reason[] = [];
  for (const vote of fusion.votes) {
    if (vote.upProb === null || vote.model === 'Veto') continue;
    reasons.push({
      code: `vote_${vote.model.toLowerCase()}`,
      title: `${vote.model} gives a ${up ? 'rise' : 'fall'} within ten sessions ${percent(up ? vote.upProb : 1 - vote.upProb)}`,
    });
  }
  const week = value('tf_week');
  const day = value('tf_day');
  const word = (alignment: number): string => (alignment > 0.3 ? 'up' : alignment < -0.3 ? 'down' : 'mixed');
  reasons.push({ code: 'trend', title: `The daily trend is ${word(day)}, the weekly trend is ${word(week)}` });
  const rsi = Math.round((value('ta_rsi14') + 1) * 50);
  reasons.push({
    code: 'rsi',
    title: `RSI 14 stands at ${rsi}${rsi >= 70 ? ', stretched' : rsi <= 30 ? ', washed out' : ''}`,
  });
  reasons.push({
    code: `veto_${fusion.vetoDecision}`,
    title: `The veto puts the chance that a long trade fails at ${percent(fusion.failProb)}${fusion.vetoDecision === 'boost' ? ' and adds to the confidence' : ''}`,
  });
  return reasons;
}

function changesOf(fusion: Candidate['fusion'], plan: TradePlan | null): string[] {
  if (fusion.side === 'SELL')
    return [
      'A close above the last swing high',
      'StockFormer and TFT no longer agreeing on a fall',
      'A veto probability of 35 % or less for a long trade',
    ];
  return [
    ...(plan === null
      ? []
      : [`A close below the stop ends the idea`, `No entry in the zone by ${plan.validUntil} lets it expire`]),
    'A veto probability of 65 % or more blocks it',
    'A change of character to the downside on the daily chart',
  ];
}

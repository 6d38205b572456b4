import { currencyOf, hashOf, shortId, toMinor, type SessionDate } from '@aion/core';
import { CONTEXT_VALUES } from '@aion/features';
import type { Instrument } from '@aion/market';
import { VETO_BLOCK_PROB } from './policy.ts';
import { type ForecastSet, type Fusion } from './fusion.ts';
import { type Reason, type Signal, type MadePlan } from './signal.ts';

type FusedSignal = Extract<Fusion, { kind: 'signal' }>;

/** What all signals of a run share. */
export interface RunFacts {
  readonly exchange: Signal['exchange'];
  readonly sessionDate: SessionDate;
  readonly snapshotId: string;
  readonly standing: Signal['standing'];
  readonly simulated: boolean;
}

export interface SignalParts {
  readonly rank: number;
  readonly symbol: string;
  readonly fusion: FusedSignal;
  readonly plan: MadePlan | null;
  /** Of the symbol's bars at the session's close. */
  readonly facts: {
    readonly close: number;
    readonly spark: readonly number[];
    readonly smcFlags: Signal['smcFlags'];
  };
  /** The forecasts, and the values of their context in the order of CONTEXT_VALUES. */
  readonly forecast: { readonly set: Pick<ForecastSet, 'tft'>; readonly context: Float32Array };
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
  readonly instrument: Instrument | undefined;
  readonly warnings: readonly Reason[];
}

/** The published form of a fused forecast, with its reasons in words. Its id follows from session, symbol and snapshot. */
export function makeSignal(run: RunFacts, parts: SignalParts): Signal {
  const { symbol, fusion, plan, facts, forecast, instrument } = parts;
  const { exchange, sessionDate, snapshotId } = run;
  const missing = new Map(parts.absent.map((entry) => [entry.name, entry.reason]));
  const priced = (returnFrac: number): number => toMinor(facts.close * (1 + returnFrac));
  const { tft } = forecast.set;
  return {
    id: shortId(hashOf({ exchange, sessionDate, symbol, snapshotId }), 16),
    exchange,
    currency: currencyOf(exchange),
    symbol,
    isin: instrument?.isin ?? null,
    name: instrument?.name ?? null,
    sector: instrument?.sector ?? null,
    sessionDate,
    snapshotId,
    rank: parts.rank,
    side: fusion.side,
    confidence: fusion.confidence,
    plan,
    votes: fusion.votes,
    failProb: fusion.failProb,
    vetoDecision: fusion.vetoDecision,
    smcFlags: facts.smcFlags,
    reasons: reasonsOf(fusion, plan, forecast.context),
    whatWouldChange: changesOf(fusion, plan),
    ...(parts.warnings.length === 0 ? {} : { warnings: parts.warnings }),
    band: { lowMinor: priced(tft.lower10), medianMinor: priced(tft.return10), highMinor: priced(tft.upper10) },
    context: CONTEXT_VALUES.map((spec, i) => ({
      name: spec.name,
      value: Math.round(forecast.context[i]! * 1e5) / 1e5,
      title: spec.title,
      absent: missing.get(spec.name) ?? null,
    })),
    lastCloseMinor: toMinor(facts.close),
    sparkMinor: facts.spark.map(toMinor),
    standing: run.standing,
    simulated: run.simulated,
  };
}

const BLOCKED = `A chance of failure of ${Math.round(100 * VETO_BLOCK_PROB)} % or more, by the veto, blocks it`;

const percent = (frac: number): string => `${(100 * frac).toFixed(0)} %`;

function reasonsOf(fusion: FusedSignal, plan: MadePlan | null, values: Float32Array): Reason[] {
  const value = (name: string): number => values[CONTEXT_VALUES.findIndex((spec) => spec.name === name)]!;
  const up = fusion.side === 'BUY';
  const reasons: Reason[] = [];
  for (const vote of fusion.votes) {
    if (vote.upProb === null) continue;
    reasons.push({
      code: `vote_${vote.model.toLowerCase()}`,
      title: `${vote.model} gives a ${up ? 'higher' : 'lower'} close in ten sessions ${percent(up ? vote.upProb : 1 - vote.upProb)}`,
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
  if (plan !== null) reasons.push({ code: `stop_${plan.stopBasis}`, title: STOP_TITLES[plan.stopBasis] });
  if (plan !== null) reasons.push({ code: `target_${plan.targetBasis}`, title: TARGET_TITLES[plan.targetBasis] });
  reasons.push({
    code: `veto_${fusion.vetoDecision}`,
    title: `The veto puts the chance that ${up ? 'the trade fails' : 'avoiding it is wrong'} at ${percent(fusion.failProb)}${fusion.vetoDecision === 'boost' ? ' and lifts its rank' : ''}`,
  });
  return reasons;
}

const STOP_TITLES: Readonly<Record<MadePlan['stopBasis'], string>> = {
  structure: 'The stop stands under a support of the daily structure',
  range: 'The stop stands at a distance in average ranges: no support of the structure is near enough',
};
const TARGET_TITLES: Readonly<Record<MadePlan['targetBasis'], string>> = {
  liquidity: 'The first target is liquidity that rests above: a swing high that no bar has passed since',
  multiple: 'The first target pays one and a half times the risk at the worst fill',
  band: "The first target is the upper edge of the forecast's band",
};

function changesOf(fusion: FusedSignal, plan: MadePlan | null): string[] {
  if (fusion.side === 'SELL')
    return ['A close above the last swing high', 'StockFormer and TFT no longer agreeing on a fall', BLOCKED];
  return [
    ...(plan === null
      ? []
      : [`A close below the stop ends the idea`, `No entry in the zone by ${plan.validUntil} lets it expire`]),
    BLOCKED,
    'A change of character to the downside on the daily chart',
  ];
}

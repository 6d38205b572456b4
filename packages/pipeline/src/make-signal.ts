import { hashOf, shortId, toMinor, type SessionDate } from '@aion/core';
import { CONTEXT_VALUES } from '@aion/features';
import type { Instrument } from '@aion/market';
import type { Fusion, Reason, Signal, TradePlan } from '@aion/signals';
import type { ForecastRow } from './forecast-rows.ts';
import type { SymbolFacts } from './symbol-features.ts';

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
  readonly plan: TradePlan | null;
  readonly facts: SymbolFacts;
  readonly forecast: ForecastRow;
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
  readonly instrument: Instrument | undefined;
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
    currency: exchange === 'NSE' ? 'INR' : 'USD',
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
    reasons: reasonsOf(fusion, forecast.context),
    whatWouldChange: changesOf(fusion, plan),
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

const percent = (frac: number): string => `${(100 * frac).toFixed(0)} %`;

function reasonsOf(fusion: FusedSignal, values: Float32Array): Reason[] {
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

function changesOf(fusion: FusedSignal, plan: TradePlan | null): string[] {
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

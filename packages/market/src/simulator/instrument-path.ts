import type { Rng } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { CorporateAction } from '../actions/index.ts';
import { type MarketPath, clampFrac, fatTailed } from './market-path.ts';
import { SECTORS } from './names.ts';

/** What an instrument is like, drawn once. */
interface Character {
  readonly sector: number;
  readonly beta: number;
  readonly sectorBeta: number;
  readonly volFrac: number;
  readonly firstPrice: number;
  readonly baseVolumeShares: number;
  /** Sessions in [listed, delisted) are traded. */
  readonly listed: number;
  readonly delisted: number;
  readonly haltFrom: number;
  readonly haltTo: number;
  readonly splitAt: number;
  readonly splitRatio: number;
  readonly dividendAt: number;
}

const TICK = 0.05;
const TICKS_PER_RUPEE = 20;
/** The widest daily price band of the exchange. */
const BAND = 0.2;
const SPLIT_RATIOS = [2, 2, 2, 5, 10, 1.5, 1.25, 3];
const NEVER = -1;
const ALPHA = 0.08;
const BETA = 0.85;

export interface InstrumentPath {
  readonly sector: number;
  readonly bars: DailyBars;
  readonly actions: readonly CorporateAction[];
}

function characterOf(rng: Rng, sessions: number): Character {
  const sector = rng.int(SECTORS.length);
  // From penny shares to five digits, most between 100 and 1,500 rupees.
  const firstPrice = Math.min(Math.max(Math.exp(5.9 + 1.15 * rng.normal()), 4), 40_000);
  // Traded value per day from some lakh to some hundred crore rupees.
  const valueRupees = Math.exp(17.2 + 1.7 * rng.normal());
  const late = rng.next() < 0.1;
  const early = rng.next() < 0.03;
  const halted = rng.next() < 0.04;
  const split = rng.next() < sessions / 6000;
  const listed = late ? rng.int(Math.max(sessions - 20, 1)) : 0;
  const delisted = early ? Math.min(listed + 20 + rng.int(sessions), sessions) : sessions;
  const haltFrom = halted ? listed + 1 + rng.int(Math.max(delisted - listed - 20, 1)) : NEVER;
  return {
    sector,
    beta: Math.max(0.2, 1 + 0.35 * rng.normal()),
    sectorBeta: Math.max(0, 0.9 + 0.4 * rng.normal()),
    volFrac: 0.011 * Math.exp(0.35 * rng.normal()),
    firstPrice,
    baseVolumeShares: Math.max(valueRupees / firstPrice, 200),
    listed,
    delisted,
    haltFrom,
    haltTo: haltFrom + 2 + rng.int(12),
    splitAt: split ? listed + 5 + rng.int(Math.max(delisted - listed - 6, 1)) : NEVER,
    splitRatio: SPLIT_RATIOS[rng.int(SPLIT_RATIOS.length)]!,
    dividendAt: rng.next() < 0.6 ? listed + rng.int(Math.max(delisted - listed, 1)) : NEVER,
  };
}

const toTick = (price: number): number => Math.max(Math.round(price * TICKS_PER_RUPEE) / TICKS_PER_RUPEE, TICK);

/**
 * One instrument's raw daily bars over the sessions it was listed and not halted: market and sector moves, a slowly
 * turning trend of its own, GARCH volatility and jumps. On the ex-date of a split the raw price falls by its ratio.
 */
export function makeInstrumentPath(
  rng: Rng,
  symbol: string,
  market: MarketPath,
  sessionDays: ArrayLike<number>,
): InstrumentPath {
  const sessions = sessionDays.length;
  const its = characterOf(rng.fork('character'), sessions);
  const path = rng.fork('path');
  const columns = Array.from({ length: 5 }, () => new Float64Array(sessions)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [open, high, low, close, volumeShares] = columns;
  const sessionDay = new Int32Array(sessions);
  const actions: CorporateAction[] = [];
  const sectorReturns = market.sectorReturnFrac[its.sector]!;
  let count = 0;
  let price = its.firstPrice;
  let volumeBase = its.baseVolumeShares;
  let variance = its.volFrac ** 2;
  let trend = 0;
  let interest = 0;
  let splitDue = its.splitAt !== NEVER;

  for (let day = its.listed; day < its.delisted; day++) {
    trend = 0.985 * trend + 0.00022 * path.normal();
    const shock = Math.sqrt(variance) * fatTailed(path);
    // News: one session in 150 brings a jump of several standard deviations.
    const jump = path.next() < 1 / 150 ? 0.05 * path.normal() : 0;
    variance = (1 - ALPHA - BETA) * its.volFrac ** 2 + ALPHA * shock ** 2 + BETA * variance;
    const total = its.beta * market.returnFrac[day]! + its.sectorBeta * sectorReturns[day]! + trend + shock + jump;
    const returnFrac = clampFrac(total, BAND);
    const gapFrac = 0.35 * returnFrac + 0.25 * Math.sqrt(variance) * path.normal();
    const reach = 0.55 * Math.sqrt(variance);
    const upFrac = reach * Math.abs(path.normal());
    const downFrac = reach * Math.abs(path.normal());
    interest = 0.8 * interest + 0.22 * path.normal();
    const loudness = Math.min(Math.abs(returnFrac) / its.volFrac, 6);

    if (splitDue && day >= its.splitAt && count > 0) {
      splitDue = false;
      if (day < its.haltFrom || day >= its.haltTo) {
        price /= its.splitRatio;
        volumeBase *= its.splitRatio;
        actions.push({ symbol, exDay: sessionDays[day]!, kind: 'split_or_bonus', value: its.splitRatio });
      }
    }
    const previous = price;
    price = Math.max(previous * (1 + returnFrac), 1);
    if (day >= its.haltFrom && day < its.haltTo && its.haltFrom !== NEVER) continue;
    if (day === its.dividendAt) {
      const rupees = Math.max(Math.round(previous * 0.008 * 10) / 10, 0.1);
      actions.push({ symbol, exDay: sessionDays[day]!, kind: 'dividend', value: rupees });
    }
    const first = toTick(previous * (1 + clampFrac(gapFrac, BAND)));
    const last = toTick(price);
    sessionDay[count] = sessionDays[day]!;
    open[count] = first;
    close[count] = last;
    high[count] = toTick(Math.max(first, last) * (1 + upFrac));
    low[count] = toTick(Math.min(first, last) * (1 - downFrac));
    volumeShares[count] = Math.max(Math.round(volumeBase * Math.exp(interest + 0.28 * loudness - 0.4)), 1);
    count++;
  }
  const cut = (column: Float64Array): Float64Array => column.slice(0, count);
  return {
    sector: its.sector,
    actions,
    bars: {
      symbol,
      sessionDay: sessionDay.slice(0, count),
      open: cut(open),
      high: cut(high),
      low: cut(low),
      close: cut(close),
      volumeShares: cut(volumeShares),
    },
  };
}

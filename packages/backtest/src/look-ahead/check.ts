import type { Rng } from '@aion/core';
import type { FeatureEngine } from '@aion/features';
import { TIMEFRAMES, type Timeframe, type Track } from './track.ts';

/** A value that was another one before the future came. */
export interface Violation {
  readonly feature: string;
  readonly timeframe: Timeframe;
  readonly symbol: string;
  readonly bar: string;
  /** With the future at hand; null where it is missing. */
  readonly withFuture: number | null;
  readonly withoutFuture: number | null;
}

export interface TimeframeCheck {
  readonly timeframe: Timeframe;
  readonly instruments: number;
  readonly features: number;
  /** Bars at which the future was cut off; each is one triple for every feature. */
  readonly bars: number;
  readonly exDateBars: number;
  readonly holidayBars: number;
  /** Features that have fewer values on this timeframe than were wanted: all that they have were compared. */
  readonly thin: readonly { readonly feature: string; readonly values: number }[];
  /** Features that have none on this timeframe. */
  readonly withoutValues: readonly string[];
}

export interface FeatureCheck {
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  /** Feature, timeframe and bar; and how many of them had a value, missing on both sides aside. */
  readonly triples: number;
  readonly compared: number;
  readonly timeframes: readonly TimeframeCheck[];
}

export interface FeatureCheckOptions {
  readonly engine: FeatureEngine;
  readonly tracks: readonly Track[];
  /** Bars cut per timeframe, at least, where it has as many. */
  readonly barsPerTimeframe: number;
  /** Values that each feature is compared by on each timeframe, where it has as many. */
  readonly valuesPerFeature?: number;
  readonly rng: Rng;
  readonly onProgress?: (done: number, total: number) => void;
}

const KEPT_VIOLATIONS = 200;

/**
 * Cuts the future off at sampled bars of every timeframe and compares every feature's value there with the one made with the future at
 * hand: equal to the last bit, or a violation. Bars beside ex-dates and holidays are always among them.
 */
export function checkFeatures({
  engine,
  tracks,
  barsPerTimeframe,
  valuesPerFeature = 0,
  rng,
  onProgress,
}: FeatureCheckOptions): FeatureCheck {
  const violations: Violation[] = [];
  let violationCount = 0;
  let triples = 0;
  let compared = 0;
  let done = 0;
  const names = engine.columns.map(({ name }) => name);
  const plan = TIMEFRAMES.map((timeframe) => ({
    timeframe,
    tracks: tracks.filter((track) => track.timeframe === timeframe),
  }))
    .filter((part) => part.tracks.length > 0)
    .map((part) => ({ ...part, samples: sampleBars(part.tracks, barsPerTimeframe, rng.fork(part.timeframe)) }));
  const total = plan.reduce((sum, { samples }) => sum + samples.reduce((all, bars) => all + bars.length, 0), 0);
  const timeframes = plan.map(({ timeframe, tracks: own, samples }): TimeframeCheck => {
    const valued = new Float64Array(names.length);
    const wholes = own.map((track) => track.whole(engine));
    const cutBars = samples.map(() => new Set<number>());
    const cutAt = (at: number, bar: number): void => {
      const track = own[at]!;
      const series = track.cutAt(bar);
      const last = series.close.length - 1;
      if (last !== bar) {
        throw new Error(
          `${track.symbol} ${timeframe}: ${last + 1} bars had closed at ${track.labelOf(bar)}, not ${bar + 1}: bars close at other times when the future is there`,
        );
      }
      const cut = engine.compute(series);
      for (const [place, feature] of names.entries()) {
        const withFuture = wholes[at]![feature]![bar]!;
        const withoutFuture = cut[feature]![last]!;
        if (!Number.isNaN(withoutFuture) || !Number.isNaN(withFuture)) valued[place]!++;
        if (sameValue(withFuture, withoutFuture)) continue;
        violationCount++;
        if (violations.length < KEPT_VIOLATIONS) {
          violations.push({
            feature,
            timeframe,
            symbol: track.symbol,
            bar: track.labelOf(bar),
            withFuture: shown(withFuture),
            withoutFuture: shown(withoutFuture),
          });
        }
      }
      cutBars[at]!.add(bar);
      if (++done % 100 === 0) onProgress?.(done, Math.max(done, total));
    };
    samples.forEach((bars, at) => bars.forEach((bar) => cutAt(at, bar)));
    // Features that seldom have a value are compared at bars where they have one, until there are enough or no more.
    for (const [place, feature] of names.entries()) {
      const candidates = wholes.flatMap((whole, at) =>
        valued[place]! >= valuesPerFeature
          ? []
          : [...whole[feature]!.keys()]
              .filter((bar) => !Number.isNaN(whole[feature]![bar]!) && !cutBars[at]!.has(bar))
              .map((bar) => ({ at, bar })),
      );
      while (valued[place]! < valuesPerFeature && candidates.length > 0) {
        const [{ at, bar }] = candidates.splice(rng.int(candidates.length), 1) as [{ at: number; bar: number }];
        cutAt(at, bar);
      }
    }
    const bars = cutBars.reduce((sum, cut) => sum + cut.size, 0);
    triples += bars * names.length;
    compared += valued.reduce((sum, count) => sum + count, 0);
    const withoutValues = names.filter((_, place) => valued[place] === 0);
    const thin = names.flatMap((feature, place) =>
      valued[place]! > 0 && valued[place]! < valuesPerFeature ? [{ feature, values: valued[place]! }] : [],
    );
    const among = (pick: (track: Track) => readonly number[]): number =>
      own.reduce((sum, track, at) => sum + pick(track).filter((bar) => cutBars[at]!.has(bar)).length, 0);
    return {
      timeframe,
      instruments: own.length,
      features: names.length,
      bars,
      exDateBars: among((track) => track.exDateBars),
      holidayBars: among((track) => track.holidayBars),
      thin,
      withoutValues,
    };
  });
  return { violations, violationCount, triples, compared, timeframes };
}

/** −0 and 0 are one value, NaN is itself. */
const sameValue = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));
const shown = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Three in four from the later half, where the longest windows have their values too. */
function drawBar(bars: number, rng: Rng): number {
  const half = bars >> 1;
  return rng.int(4) === 0 ? rng.int(bars) : half + rng.int(bars - half);
}

/** Which bars of each track: the special ones, half of them at most, and others by chance, never one twice. */
function sampleBars(tracks: readonly Track[], wanted: number, rng: Rng): number[][] {
  const share = Math.ceil(wanted / tracks.length);
  const chosen = tracks.map((track) => {
    const special = [
      ...track.exDateBars.slice(-Math.ceil(share / 4)),
      ...track.holidayBars.slice(-Math.ceil(share / 4)),
    ];
    const bars = new Set(special);
    while (bars.size < Math.min(share, track.bars)) bars.add(drawBar(track.bars, rng));
    return bars;
  });
  // A short track leaves its share to the others.
  let missing = wanted - chosen.reduce((sum, bars) => sum + bars.size, 0);
  tracks.forEach((track, at) => {
    while (missing > 0 && chosen[at]!.size < track.bars) {
      const before = chosen[at]!.size;
      chosen[at]!.add(rng.int(track.bars));
      if (chosen[at]!.size > before) missing--;
    }
  });
  return chosen.map((bars) => [...bars].sort((a, b) => a - b));
}

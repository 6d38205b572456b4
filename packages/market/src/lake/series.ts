import { type Exchange, fromEpochDay, toEpochDay } from '@aion/core';
import type { SeriesName } from '../bars.ts';

export type LakeTimeframe = '1d' | '1h' | '5m' | '1m';

interface SeriesPlace {
  readonly folder: 'bars' | 'index';
  readonly timeframe: LakeTimeframe;
  readonly barMinutes: number | null;
  /** What one base object holds: minutes would make files of a gigabyte of a year. */
  readonly partition: 'year' | 'month';
}

const PLACES: Readonly<Record<SeriesName, SeriesPlace>> = {
  daily: { folder: 'bars', timeframe: '1d', barMinutes: null, partition: 'year' },
  hourly: { folder: 'bars', timeframe: '1h', barMinutes: 60, partition: 'year' },
  'five-minute': { folder: 'bars', timeframe: '5m', barMinutes: 5, partition: 'month' },
  minute: { folder: 'bars', timeframe: '1m', barMinutes: 1, partition: 'month' },
  index: { folder: 'index', timeframe: '1d', barMinutes: null, partition: 'year' },
  'index-hourly': { folder: 'index', timeframe: '1h', barMinutes: 60, partition: 'year' },
  'index-five-minute': { folder: 'index', timeframe: '5m', barMinutes: 5, partition: 'month' },
  'index-minute': { folder: 'index', timeframe: '1m', barMinutes: 1, partition: 'month' },
};

/**
 * Where the lake keeps a series: its folder, bar size (`barMinutes` is null for daily bars) and what one base object spans.
 *
 * @example seriesPlace('hourly') // { folder: 'bars', timeframe: '1h', barMinutes: 60, partition: 'year' }
 */
export const seriesPlace = (series: SeriesName): SeriesPlace => PLACES[series];

/** The series of bars of a size; undefined for a size that the lake does not keep. */
export function seriesOf(barMinutes: number | null, isIndex: boolean): SeriesName | undefined {
  const found = Object.entries(PLACES).find(
    ([, place]) => place.barMinutes === barMinutes && (place.folder === 'index') === isIndex,
  );
  return found?.[0] as SeriesName | undefined;
}

/** The partition that a day belongs to: `2024`, or `2024-05` where a month is one. */
export const partitionOf = (series: SeriesName, day: number): string =>
  fromEpochDay(day).slice(0, PLACES[series].partition === 'year' ? 4 : 7);

/** The first day after a partition. */
export function partitionEnd(partition: string): number {
  const year = Number(partition.slice(0, 4));
  if (partition.length === 4) return toEpochDay(`${year + 1}-01-01`);
  const month = Number(partition.slice(5, 7));
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  return toEpochDay(`${next}-01`);
}

/** Where all objects of a series lie. */
export const seriesPrefix = (market: Exchange, series: SeriesName, root: 'lake' | 'archive' = 'lake'): string =>
  `${root}/${PLACES[series].folder}/market=${market}/tf=${PLACES[series].timeframe}`;

/** Prefix of a partition's base object. */
export const basePrefix = (
  market: Exchange,
  series: SeriesName,
  partition: string,
  root: 'lake' | 'archive' = 'lake',
): string => {
  const name =
    partition.length === 4 ? `year=${partition}` : `year=${partition.slice(0, 4)}/month=${partition.slice(5)}`;
  return `${seriesPrefix(market, series, root)}/${name}`;
};

/** Prefix of the object that holds what came for one day. */
export const deltaPrefix = (market: Exchange, series: SeriesName, day: number): string =>
  `${seriesPrefix(market, series)}/delta/date=${fromEpochDay(day)}`;

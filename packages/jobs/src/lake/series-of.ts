import { AppError, toEpochDay, fromEpochDay, type Exchange } from '@aion/core';
import { archivable, loadCalendar, readManifest, SERIES_NAMES, type LakePorts, type SeriesName } from '@aion/market';
import type { Host } from '../host.ts';

/** What the care of a lake asks of a host. */
export type LakeHost = Pick<Host, 'ingest' | 'clock'>;

/** The bars of an exchange that are meant: one series by its name, or all that hold bars. */
export interface WhichSeries {
  readonly exchange: Exchange;
  readonly series?: string;
}

/** Throws AppError(bad_input), which names the series there are, for an unknown one. */
export async function seriesOf({ ingest }: LakeHost, { exchange, series }: WhichSeries): Promise<SeriesName[]> {
  if (series !== undefined) return [seriesNamed(series)];
  const manifests = await Promise.all(SERIES_NAMES.map((name) => readManifest(ingest, exchange, name)));
  return manifests.filter(({ version }) => version > 0).map((manifest) => manifest.series);
}

/** The series of that name. Throws AppError(bad_input) that names those there are. */
export function seriesNamed(name: string): SeriesName {
  const found = SERIES_NAMES.find((one) => one === name);
  if (found !== undefined) return found;
  throw new AppError('bad_input', `"${name}" is no series; expected one of ${SERIES_NAMES.join(', ')}`);
}

export const todayOf = ({ clock }: LakeHost, exchange: Exchange): number =>
  toEpochDay(loadCalendar(exchange).dateAt(clock.nowMs()));

/** The partitions of a series that ended so many years ago and lie in one object each. */
export async function partitionsOlderThan(
  ports: LakePorts,
  exchange: Exchange,
  series: SeriesName,
  years: number,
  today: number,
): Promise<string[]> {
  const firstKept = toEpochDay(`${Number(fromEpochDay(today).slice(0, 4)) - years}-01-01`);
  return archivable(await readManifest(ports, exchange, series), firstKept);
}

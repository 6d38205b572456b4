import { type Exchange, makeFrozenClock } from '@aion/core';
import { importFiles, type ImportOptions } from '../src/ingest/import-files.ts';
import { fileOf, makeFixturePorts } from './fixture-ports.ts';

export const INTRADAY_HEADER = 'symbol,datetime,open,high,low,close,volume';
const at = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
/** Bars of one share and day, from a clock time to before another. */
export const bars = (
  date: string,
  from: string,
  to: string,
  { step = 1, symbol = 'ABC', suffix = '' } = {},
): string[] =>
  Array.from({ length: Math.ceil((at(to) - at(from)) / step) }, (_, i) => {
    const time = clockOf(at(from) + i * step);
    return `${symbol},${date} ${time}${suffix},100,102,98,101,10`;
  });

/** What importing a file of these rows made. */
export async function imported(lines: readonly string[], market: Exchange = 'NSE', options: ImportOptions = {}) {
  // The closing auction began after the day on which the fixture's clock stands.
  const ports = { ...makeFixturePorts(), clock: makeFrozenClock(Date.UTC(2026, 10, 1)) };
  const report = await importFiles(ports, [fileOf('bars.csv', `${INTRADAY_HEADER}\n${lines.join('\n')}\n`)], {
    market,
    ...options,
  });
  return { ports, report, file: report.files[0]! };
}

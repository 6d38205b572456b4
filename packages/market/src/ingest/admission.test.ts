import { describe, expect, it } from 'vitest';
import { fileOf, type FixturePorts, makeFixturePorts } from '../../test/fixture-ports.ts';
import { loadCalendar } from '../calendar.ts';
import { archivePartitions, restorePartitions } from '../lake/care/archive.ts';
import { readManifest } from '../lake/manifest.ts';
import { listQuarantine } from '../quarantine/index.ts';
import { importFiles } from './import-files.ts';

const HEADER = 'symbol,date,open,high,low,close,volume';
const csv = (rows: readonly string[]): string => `${HEADER}\n${rows.join('\n')}\n`;
const calendar = loadCalendar('NSE');
const sessions = calendar.sessionsBetween('2022-01-01', '2025-06-30');
const price = (value: number): string => value.toFixed(2);
/** Bars of a symbol whose closes rise by one; `factor` scales the prices of a day. */
function bars(
  symbol: string,
  dates: readonly string[],
  factor: (index: number) => number = () => 1,
  volume = 1000,
): string[] {
  return dates.map((date, i) => {
    const [close, by] = [100 + i, factor(i)];
    const [open, high, low] = [close * by, (close + 2) * by, (close - 2) * by];
    return [symbol, date, price(open), price(high), price(low), price(close * by), volume].join(',');
  });
}
const take = (ports: FixturePorts, name: string, rows: readonly string[], options = {}) =>
  importFiles(ports, [fileOf(name, csv(rows))], options);

describe('rows of an archived year', () => {
  it('refuse their file by name until the year is back; the other files go in', async () => {
    const ports = makeFixturePorts();
    await take(ports, 'old.csv', bars('ABC', ['2022-06-01', '2022-06-02']));
    await take(ports, 'more.csv', bars('ABC', ['2023-06-01']));
    await archivePartitions(ports, 'NSE', 'daily', ['2022']);
    const files = {
      'all-years.csv': bars('ABC', ['2022-06-03', '2024-06-03']),
      'new.csv': bars('ABC', ['2024-06-05']),
      'within.csv': bars('XYZ', ['2022-06-01']),
    };
    const given = Object.entries(files).map(([name, rows]) => fileOf(name, csv(rows)));
    const report = await importFiles(ports, given);
    expect(report).toMatchObject({ refused: 2, stored: 1 });
    expect(report.files.map(({ name, status, code }) => [name, status, code])).toEqual([
      ['all-years.csv', 'refused', 'archived'],
      ['new.csv', 'imported', undefined],
      ['within.csv', 'refused', 'archived'],
    ]);
    expect(report.files[0]!.why).toMatch(/rows of 2022,.*aion lake restore --series daily --partition 2022/);
    const { entries } = await listQuarantine(ports, 'NSE', { limit: 10 });
    expect(entries.map(({ byCode }) => byCode)).toEqual([{ archived: 1 }, { archived: 1 }]);
    await restorePartitions(ports, 'NSE', 'daily', ['2022']);
    expect(await importFiles(ports, given)).toMatchObject({ refused: 0, stored: 3, duplicates: 1 });
  });
});

describe('adjusted bars in a plain file', () => {
  async function withRaw(): Promise<FixturePorts> {
    const ports = makeFixturePorts();
    await take(ports, 'raw.csv', [...bars('ABC', sessions), ...bars('XYZ', sessions)]);
    return ports;
  }
  /** XYZ was split in two on its 400th day: its prices before stand at half. */
  const split = [...bars('ABC', sessions), ...bars('XYZ', sessions, (i) => (i < 400 ? 0.5 : 1))];

  it('are refused before anything of them is stored, with a symbol and both closes', async () => {
    const ports = await withRaw();
    const { hash, version } = await readManifest(ports, 'NSE');
    const report = await take(ports, 'a.csv', [...split, ...bars('NEW', sessions.slice(0, 3))]);
    expect(report.files).toMatchObject([{ status: 'refused', code: 'adjusted', rows: 0, stored: 0 }]);
    expect(report.files[0]!.why).toMatch(
      /400 of the \d+ bars .* 400 of them in one ratio.* XYZ 20.*: close .*, stored /,
    );
    expect(await readManifest(ports, 'NSE')).toMatchObject({ hash, version });
  });

  it('go in where that is asked for', async () => {
    const report = await take(await withRaw(), 'a.csv', split, { replace: true });
    expect(report).toMatchObject({ refused: 0, stored: 400, replaced: 400 });
  });

  it('are found by their number too where no ratio is constant: dividends leave many', async () => {
    const drift = (i: number): number => 0.6 + 0.0004 * i + (i % 7) / 100;
    const ports = await withRaw();
    const half = [...bars('ABC', sessions, drift), ...bars('XYZ', sessions)];
    const more = await take(ports, 'd.csv', half.slice(0, -1));
    expect(more.files).toMatchObject([{ status: 'refused', code: 'adjusted' }]);
    // Half of the common rows, or fewer than 500 of them, may be other mistakes: they are conflicts.
    expect(await take(ports, 'half.csv', half)).toMatchObject({
      refused: 0,
      quarantined: { conflict: sessions.length },
    });
    const fewer = bars('ABC', sessions.slice(0, 499), (i) => 1 + ((i * 37) % 499) / 1000);
    expect(await take(ports, 'e.csv', fewer)).toMatchObject({ refused: 0, stored: 0 });
  });

  it('are told from the noise of 32-bit numbers', async () => {
    const noisy = bars('ABC', sessions, (i) => 1 + ((i % 5) - 2) * 1e-7);
    expect(await take(await withRaw(), 'f.csv', noisy)).toMatchObject({ refused: 0 });
  });

  it('are told from other volumes, from single corrections, and from bars of lesser origin', async () => {
    const volumes = await take(
      await withRaw(),
      'v.csv',
      bars('ABC', sessions, () => 1, 1001),
    );
    expect(volumes).toMatchObject({ refused: 0, quarantined: { conflict: sessions.length } });
    const corrected = bars('ABC', sessions, (i) => (i < 99 ? 0.5 : 1));
    expect(await take(await withRaw(), 'c.csv', corrected)).toMatchObject({
      refused: 0,
      quarantined: { conflict: 99 },
    });
    const ports = makeFixturePorts();
    await take(
      ports,
      'vendor.csv',
      bars('ABC', sessions, () => 0.5),
      { source: 'yahoo' },
    );
    expect(await take(ports, 'mine.csv', bars('ABC', sessions))).toMatchObject({
      refused: 0,
      stored: sessions.length,
      replaced: sessions.length,
    });
  });
});

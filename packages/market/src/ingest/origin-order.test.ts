import { describe, expect, it } from 'vitest';
import { fileOf, type FixturePorts, makeFixturePorts } from '../../test/fixture-ports.ts';
import { readManifest } from '../lake/manifest.ts';
import { loadOrigin } from '../lake/origins.ts';
import { readTable } from '../lake/read.ts';
import { verifyLake } from '../lake/care/verify.ts';
import { storeDailyFromMinutes } from './daily-from-minutes.ts';
import { importFiles } from './import-files.ts';
import type { ImportReport } from './report.ts';

const DAY = '2017-12-01';
const HEADER = 'symbol,date,open,high,low,close,volume';
const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const minutes = Array.from({ length: 375 }, (_, i) => `UPL,${DAY} ${clockOf(555 + i)},60,60,58,59,10`);
const daily = (close: number): string => `${HEADER}\nUPL,${DAY},59,61.75,57,${close},341033\n`;
const bhavcopy =
  'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\n' +
  'UPL,EQ,59,61.75,57,57.7,58,58.3,341033,20320653.6,01-DEC-2017,2506,INE144J01027,\n';

type Step = (ports: FixturePorts) => Promise<ImportReport | undefined>;
const STEPS: Readonly<Record<string, Step>> = {
  derived: async (ports) => {
    await importFiles(ports, [fileOf('m.csv', `symbol,datetime,open,high,low,close,volume\n${minutes.join('\n')}\n`)]);
    await storeDailyFromMinutes(ports, 'NSE', 'minute', { nowMs: ports.clock.nowMs() });
    return undefined;
  },
  vendor: (ports) => importFiles(ports, [fileOf('yahoo-UPL.csv', daily(57.9))], { source: 'yahoo' }),
  // It happens to say what the exchange says.
  honest: (ports) => importFiles(ports, [fileOf('alpaca-UPL.csv', daily(57.7))], { source: 'alpaca' }),
  upload: (ports) => importFiles(ports, [fileOf('mine.csv', daily(58))]),
  bhavcopy: (ports) => importFiles(ports, [fileOf('cm.csv', bhavcopy)]),
};

async function storedBar(ports: FixturePorts): Promise<[close: number, source: string]> {
  const { close, provenance } = await readTable(ports, await readManifest(ports, 'NSE'), { provenance: true });
  expect(close).toHaveLength(1);
  const origin = await loadOrigin(ports.items, 'NSE', provenance!.ids[provenance!.index[0]!]!);
  return [close[0]!, origin!.source];
}

const permutations = (names: readonly string[]): string[][] =>
  names.length <= 1
    ? [[...names]]
    : names.flatMap((name) => permutations(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));

describe('bars of several origins', () => {
  it('end as the exchange gave them, in whatever order they came, and no row of an import is unaccounted for', async () => {
    for (const order of permutations(['derived', 'vendor', 'honest', 'upload', 'bhavcopy'])) {
      const ports = makeFixturePorts();
      for (const name of order) await STEPS[name]!(ports);
      expect(await storedBar(ports), order.join(', ')).toEqual([57.7, 'nse_bhavcopy']);
      expect((await verifyLake(ports, await readManifest(ports, 'NSE'))).problems).toEqual([]);
    }
  });

  it.each([
    ['derived', 'vendor', 'derived:minute'],
    ['derived', 'upload', 'derived:minute'],
    ['derived', 'bhavcopy', 'derived:minute'],
    ['vendor', 'upload', 'yahoo'],
    ['vendor', 'bhavcopy', 'yahoo'],
    ['upload', 'bhavcopy', 'upload'],
  ])('of %s give way to those of %s, which the report counts and lists', async (lesser, greater, source) => {
    const ports = makeFixturePorts();
    await STEPS[lesser]!(ports);
    const [replacedClose] = await storedBar(ports);
    const report = (await STEPS[greater]!(ports))!;
    const [close] = await storedBar(ports);
    expect(report).toMatchObject({ rows: 1, stored: 1, replaced: 1, duplicates: 0, quarantined: {} });
    expect(report.files[0]).toMatchObject({
      replaced: 1,
      replacements: [{ symbol: 'UPL', date: DAY, close, replacedClose, replacedSource: source }],
      why: expect.stringContaining(`values from ${source}`),
    });
  });

  it.each([
    ['bhavcopy', 'upload'],
    ['bhavcopy', 'vendor'],
    ['upload', 'vendor'],
  ])('of %s stay when %s differs: that is a conflict', async (greater, lesser) => {
    const ports = makeFixturePorts();
    await STEPS[greater]!(ports);
    const before = await storedBar(ports);
    const report = await STEPS[lesser]!(ports);
    expect(report).toMatchObject({ stored: 0, replaced: 0, quarantined: { conflict: 1 } });
    expect(await storedBar(ports)).toEqual(before);
  });

  it('that agree take over the greater origin, so that nothing lesser replaces them later', async () => {
    const ports = makeFixturePorts();
    await STEPS['honest']!(ports);
    expect(await STEPS['bhavcopy']!(ports)).toMatchObject({ stored: 0, replaced: 0, duplicates: 1 });
    expect(await storedBar(ports)).toEqual([57.7, 'nse_bhavcopy']);
    expect(await STEPS['upload']!(ports)).toMatchObject({ stored: 0, quarantined: { conflict: 1 } });
    const { hash, version } = await readManifest(ports, 'NSE');
    await STEPS['bhavcopy']!(ports);
    expect(await readManifest(ports, 'NSE')).toMatchObject({ hash, version });
  });
});

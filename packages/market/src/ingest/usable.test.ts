import { describe, expect, it } from 'vitest';
import { importFiles } from './import-files.ts';
import { fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';

const HEADER = 'symbol,date,open,high,low,close,volume';
const SEC =
  'SYMBOL,SERIES,DATE1,PREV_CLOSE,OPEN_PRICE,HIGH_PRICE,LOW_PRICE,LAST_PRICE,CLOSE_PRICE,AVG_PRICE,TTL_TRD_QNTY,TURNOVER_LACS,NO_OF_TRADES,DELIV_QTY,DELIV_PER';
const importOne = async (text: string, options: { acceptDefects?: boolean } = {}) =>
  (await importFiles(makeFixturePorts(), [fileOf('a.csv', text)], options)).files[0]!;
const good = (n: number): string[] => Array.from({ length: n }, (_, i) => `G${i},2024-10-24,10,12,9,11,100`);
const bad = (n: number): string[] => Array.from({ length: n }, (_, i) => `B${i},2024-10-24,ten,12,9,11,100`);

describe('a file of bars', () => {
  it('of which no row can be used is refused and says why', async () => {
    const file = await importOne([HEADER, ...bad(3)].join('\n') + '\n');
    expect(file).toMatchObject({ status: 'refused', code: 'nothing_usable', stored: 0 });
    expect(file.why).toMatch(/none of its 3 rows can be used; most often number \(3\), first in line 2/);
  });

  it('of which more than a quarter cannot be used is asked about, and taken when told to', async () => {
    const text = [HEADER, ...good(60), ...bad(21)].join('\n') + '\n';
    expect(await importOne(text)).toMatchObject({ status: 'refused', code: 'many_defects' });
    expect((await importOne(text)).why).toContain('--accept-defects');
    expect(await importOne(text, { acceptDefects: true })).toMatchObject({
      status: 'imported',
      stored: 60,
      quarantined: { number: 21 },
    });
    // A few bad rows of many, and a few of a small file, are set aside as ever.
    expect(await importOne([HEADER, ...good(100), ...bad(21)].join('\n') + '\n')).toMatchObject({
      status: 'imported',
      stored: 100,
    });
    expect(await importOne([HEADER, ...good(3), ...bad(3)].join('\n') + '\n')).toMatchObject({
      status: 'imported',
      stored: 3,
    });
  });

  it.each(['EQ', 'BE', 'N3'])('that breaks off in a row of series %s is refused as cut off', async (series) => {
    const row = (symbol: string, own: string): string =>
      `${symbol}, ${own}, 24-Oct-2024, 10, 10, 12, 9, 11, 11, 10.5, 1000, 0.1, 10, 500, 50`;
    const last = row('CUT', series);
    const whole = `${[SEC, row('ABC', 'EQ'), last].join('\n')}\n`;
    expect((await importOne(whole)).status).toBe('imported');
    let examined = 0;
    for (let length = last.indexOf(','); length < last.lastIndexOf(','); length++, examined++) {
      const file = await importOne([SEC, row('ABC', 'EQ'), last.slice(0, length)].join('\n'));
      expect(file, `cut behind ${length} characters`).toMatchObject({ status: 'refused', code: 'truncated' });
    }
    expect(examined).toBeGreaterThan(50);
  });

  it('with numbers in quoted lakhs is read as the features command reads it, and a decimal comma is no number', async () => {
    const row = (close: string, volume: string): string =>
      `ABC,2024-10-24,"1,100.00","1,12,111.00","1,090.00",${close},${volume}`;
    const ports = makeFixturePorts();
    const [file] = (await importFiles(ports, [fileOf('a.csv', `${HEADER}\n${row('"1,11,105.50"', '"1,23,456"')}\n`)]))
      .files;
    expect(file).toMatchObject({ status: 'imported', stored: 1 });
    for (const close of ['"1,5"', '"1,1,105"', '"1 100"', '",100"'])
      expect(await importOne(`${HEADER}\n${row(close, '100')}\n`), close).toMatchObject({
        status: 'refused',
        code: 'nothing_usable',
      });
  });

  it('of before July 2011, with eleven columns, is a bhavcopy', async () => {
    const CM = 'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP';
    const rows = [
      'ALPHACO,EQ,101,104.5,100.2,103.9,104,100.9,152300,15680500.5,03-JAN-2005',
      'BOND,N1,101,104.5,100.2,103.9,104,100.9,10,1000,03-JAN-2005',
    ];
    for (const end of ['', ',']) {
      const text = `${[CM, ...rows].map((line) => line + end).join('\n')}\n`;
      expect(await importOne(text)).toMatchObject({
        status: 'imported',
        layout: 'cm',
        stored: 1,
        skippedBySeries: { N1: 1 },
      });
    }
  });
});

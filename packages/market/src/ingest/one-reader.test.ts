import { fromEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';
import { loadActions } from '../actions/index.ts';
import { readManifest } from '../lake/manifest.ts';
import { readDaily } from '../lake/read.ts';
import { importFiles } from './import-files.ts';

/** What a file of bars and one of actions make of the same date and the same number. */
async function bothRead(date: string, number: string, others: readonly string[] = []) {
  const quoted = (text: string): string => (/[,"]/.test(text) ? `"${text}"` : text);
  const ports = makeFixturePorts();
  const bars = [date, ...others].map(
    (day) => `ABC,${quoted(day)},${Array(4).fill(quoted(number)).join(',')},${quoted(number)}\n`,
  );
  const actions = [date, ...others].map((day) => `ABC,${quoted(day)},dividend,${quoted(number)}\n`);
  const report = await importFiles(ports, [
    fileOf('actions.csv', `symbol,ex_date,type,value\n${actions.join('')}`),
    fileOf('bars.csv', `symbol,date,open,high,low,close,volume\n${bars.join('')}`),
  ]);
  const stored = (await readDaily(ports, await readManifest(ports, 'NSE', 'daily'))).get('ABC');
  const paid = await loadActions(ports, 'NSE');
  return {
    bars: stored && Array.from(stored.sessionDay, (day, i) => `${fromEpochDay(day)} ${stored.close[i]}`).sort(),
    actions: paid.map(({ exDay, value }) => `${fromEpochDay(exDay)} ${value}`).sort(),
    files: report.files,
  };
}

describe('files of bars and of actions', () => {
  it.each([
    '2024-01-31',
    '31-Jan-2024',
    '31 Jan 2024',
    'Jan 31, 2024',
    '31 January, 2024',
    '2024-01-31 00:00:00',
    '20240131',
    '2024/01/31',
    '31/01/2024',
    '01/31/2024',
    '31-01-2024',
    '2024-01-31T00:00:00Z',
    '1706659200',
  ])('read the date %j alike', async (date) => {
    const { bars, actions } = await bothRead(date, '5');
    expect({ bars, actions }).toEqual({ bars: ['2024-01-31 5'], actions: ['2024-01-31 5'] });
  });

  it.each([
    ['1,000.50', 1000.5],
    ['1,00,000.25', 100_000.25],
    [' 12.5 ', 12.5],
    ['+12.5', 12.5],
    ['.5', 0.5],
    ['1.25e1', 12.5],
    ['₹1,000.50', 1000.5],
    ['Rs. 12.50', 12.5],
    ['Rs.5/-', 5],
    ['INR 12', 12],
  ])('read the number %j alike', async (number, value) => {
    const { bars, actions } = await bothRead('2024-01-31', number);
    expect({ bars, actions }).toEqual({ bars: [`2024-01-31 ${value}`], actions: [`2024-01-31 ${value}`] });
  });

  it.each(['$5', '1 000', '1,5', '1,1,105', '0x10', 'Infinity', 'NaN', '5%'])(
    'take nothing of the number %j',
    async (number) => {
      const { bars, actions, files } = await bothRead('2024-01-31', number);
      expect({ bars, actions }).toEqual({ bars: undefined, actions: [] });
      expect(files.map(({ quarantined, status }) => [status, quarantined])).toEqual([
        ['imported', { action: 1 }],
        ['refused', {}],
      ]);
    },
  );

  it.each(['03/04/2024', '15-Jan-24', '31-Feb-2024', '2024-01-31 09:15', 'tomorrow'])(
    'take nothing of the date %j',
    async (date) => {
      const { bars, actions } = await bothRead(date, '5');
      expect({ bars, actions }).toEqual({ bars: undefined, actions: [] });
    },
  );

  it('take the order of a file’s dates from those that prove it, and nothing where they contradict each other', async () => {
    const proved = await bothRead('03/04/2024', '5', ['31/01/2024']);
    expect(proved.bars).toEqual(['2024-01-31 5', '2024-04-03 5']);
    expect(proved.actions).toEqual(proved.bars);
    const torn = await bothRead('01/31/2024', '5', ['31/01/2024']);
    expect([torn.bars, torn.actions]).toEqual([undefined, []]);
    expect(torn.files.map(({ status, code }) => [status, code])).toEqual([
      ['imported', undefined],
      ['refused', 'unclear_dates'],
    ]);
  });

  it('do not stop at a file whose dates contradict each other', async () => {
    const ports = makeFixturePorts();
    const text = (...days: string[]): string =>
      `symbol,date,open,high,low,close,volume\n${days.map((day) => `ABC,${day},5,5,5,5,5\n`).join('')}`;
    const report = await importFiles(ports, [
      fileOf('a.csv', text('01/31/2024', '31/01/2024')),
      fileOf('b.csv', text('2024-01-31')),
    ]);
    expect(report.files.map(({ status }) => status)).toEqual(['refused', 'imported']);
  });
});

describe('a file of actions', () => {
  const one = async (text: string) => {
    const ports = makeFixturePorts();
    const { files } = await importFiles(ports, [fileOf('actions.csv', text)]);
    return { file: files[0]!, actions: await loadActions(ports, 'NSE') };
  };

  it('has its columns in any order and case', async () => {
    const { actions } = await one(
      '\uFEFFType,"Ex-Date",VALUE,Symbol,Remarks\r\nDividend,31-Jan-2024,"1,000.50",ABC,final\r\n',
    );
    expect(actions).toMatchObject([{ symbol: 'ABC', kind: 'dividend', value: 1000.5 }]);
  });

  it('with a comma that no quotes hold is set aside: it would be another amount', async () => {
    for (const header of ['symbol,ex_date,type,value', 'symbol,ex_date,type,value,ratio_approx,source']) {
      const row = `ABC,2024-01-31,dividend,1,000.50${header.endsWith('source') ? ',,yahoo' : ''}`;
      expect(await one(`${header}\n${row}\n`)).toMatchObject({ file: { quarantined: { columns: 1 } }, actions: [] });
    }
  });

  it('has a mark of a currency on amounts alone: a factor with one is none', async () => {
    expect((await one('symbol,ex_date,type,value\nABC,2024-01-31,split,Rs 2\n')).file.quarantined).toEqual({
      action: 1,
    });
  });
});

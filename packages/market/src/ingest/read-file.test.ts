import { makeFrozenClock } from '@aion/core';
import { expect, it } from 'vitest';
import { loadCalendar } from '../calendar.ts';
import { readFileContent } from './read-file.ts';

const HEADER =
  'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,' +
  'FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,' +
  'TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4';
const row = (symbol: string, segment = 'CM', source = 'NSE', type = 'STK'): string =>
  `2026-02-27,2026-02-27,${segment},${source},${type},1,INE144J01027,${symbol},EQ,,,,,NAME,10,11,9,10.5,10.5,10,,10.5,,,1000,10500.00,10,F1,1,,,,,`;
const read = (...rows: string[]) =>
  readFileContent(new TextEncoder().encode(`${[HEADER, ...rows].join('\n')}\n`), {
    calendar: loadCalendar('NSE'),
    clock: makeFrozenClock(Date.UTC(2026, 10, 21)),
  });

it('takes a UDiFF file of the NSE cash market', () => {
  expect(read(row('ALPHA'), row('BETA'))).toMatchObject({ kind: 'bars', rows: 2 });
});

it.each([
  ['Src', 'BSE', row('BETA', 'CM', 'BSE')],
  ['Sgmt', 'FO', row('BETA', 'FO')],
  ['FinInstrmTp', 'STF', row('BETA', 'CM', 'NSE', 'STF')],
])('refuses a UDiFF file with a row of another market: %s %s, naming line and field', (field, found, wrong) => {
  const content = read(row('ALPHA'), wrong);
  expect(content).toMatchObject({ kind: 'refused', defect: { code: 'other_market' } });
  if (content.kind !== 'refused') throw new Error('not refused');
  expect(content.defect.message).toContain(`line 3, ${field}: expected`);
  expect(content.defect.message).toContain(`found "${found}"`);
});

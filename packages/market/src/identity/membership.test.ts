import { toEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';
import { importFiles } from '../ingest/import-files.ts';
import { dayOfFile, indexOfFile, loadMemberLists, membersAsOf, saveMemberList } from './membership.ts';

const list = (date: string, symbols: readonly string[], knownMs = 0) => ({
  index: 'NIFTY500',
  asOfDay: toEpochDay(date),
  knownMs,
  source: 'upload',
  members: symbols.map((symbol) => ({ symbol })),
});

describe('members of an index', () => {
  it('are those of the newest list up to the day, and later lists change nothing before', async () => {
    const ports = makeFixturePorts();
    await saveMemberList(ports, 'NSE', list('2024-03-28', ['A', 'B']));
    await saveMemberList(ports, 'NSE', list('2025-03-28', ['B', 'C']));
    const lists = await loadMemberLists(ports, 'NSE');
    const at = (date: string) => membersAsOf(lists, 'NIFTY500', toEpochDay(date));
    expect(at('2024-12-31')).toMatchObject({ bias: null, ageDays: 278 });
    expect(at('2024-12-31')!.list.members.map(({ symbol }) => symbol)).toEqual(['A', 'B']);
    expect(at('2025-03-28')!.list.members.map(({ symbol }) => symbol)).toEqual(['B', 'C']);
    expect(membersAsOf(lists, 'NIFTY50', toEpochDay('2025-03-28'))).toBeUndefined();
  });

  it('say the bias in words where only a later list is known, and are not known before they were', async () => {
    const lists = [list('2026-08-01', ['A'], 1000)];
    const found = membersAsOf(lists, 'NIFTY500', toEpochDay('2020-01-01'))!;
    expect(found.bias).toMatch(/known as of 2026-08-01 only, 2404 days after 2020-01-01.*look better than they were/);
    expect(membersAsOf(lists, 'NIFTY500', toEpochDay('2026-08-02'), 999)).toBeUndefined();
  });

  it('are kept once, whatever the order of the rows', async () => {
    const ports = makeFixturePorts();
    expect(await saveMemberList(ports, 'NSE', list('2024-03-28', ['A', 'B']))).toBe(true);
    expect(await saveMemberList(ports, 'NSE', list('2024-06-28', ['B', 'A']))).toBe(false);
    expect(await loadMemberLists(ports, 'NSE')).toHaveLength(1);
  });

  it('come in with the constituent file, under the index and the day of its name', async () => {
    expect(indexOfFile('x/ind_nifty500list.csv')).toBe('NIFTY500');
    expect(indexOfFile('nifty750list.csv')).toBe('NIFTY750');
    expect(indexOfFile('ind_niftymidcap150list_20260801.csv.gz')).toBe('NIFTYMIDCAP150');
    expect(indexOfFile('members.csv')).toBeUndefined();
    expect(dayOfFile('ind_nifty50list_20260801.csv')).toBe('2026-08-01');
    expect(dayOfFile('ind_nifty50list_20261301.csv')).toBeUndefined();
    const ports = makeFixturePorts();
    const rows = 'Company Name,Industry,Symbol,Series,ISIN Code\nAbc Ltd.,Power,ABC,EQ,INE144J01027\n';
    await importFiles(ports, [fileOf('ind_nifty500list_20260801.csv', rows), fileOf('ind_nifty50list.csv', rows)]);
    expect(
      (await loadMemberLists(ports, 'NSE')).map(({ index, asOfDay, members }) => [index, asOfDay, members]),
    ).toEqual([
      ['NIFTY50', toEpochDay('2026-11-21'), [{ symbol: 'ABC', isin: 'INE144J01027', sector: 'Power' }]],
      ['NIFTY500', toEpochDay('2026-08-01'), [{ symbol: 'ABC', isin: 'INE144J01027', sector: 'Power' }]],
    ]);
  });
});

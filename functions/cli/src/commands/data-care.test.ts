import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importFiles } from '@aion/market';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import { runHere, useHome } from '../../test/run-here.ts';
import { addActionsCommand } from './actions.ts';
import { addCalendarCommand } from './calendar.ts';
import { addMembersCommand } from './members.ts';
import { addQualityCommand } from './quality.ts';
import { addQuarantineCommand } from './quarantine.ts';
import { addRenamesCommand } from './renames.ts';

const HEADER = 'symbol,date,open,high,low,close,volume,prev_close';
const row = (symbol: string, date: string, close: number, before: number): string =>
  [symbol, date, close, close + 1, close - 1, close, Math.round(close * 7), before].join(',');
// HALF halves without an action; OLDNAME goes on as NEWNAME; one row is upside down.
const ROWS = [
  ...['2026-02-23', '2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27'].map((date, i) =>
    row('HALF', date, [100, 101, 50, 51, 52][i]!, 100),
  ),
  row('OLDNAME', '2026-02-23', 40, 39),
  row('OLDNAME', '2026-02-24', 41, 40),
  row('NEWNAME', '2026-02-25', 42, 41),
  row('NEWNAME', '2026-02-26', 43, 42),
  row('NEWNAME', '2026-02-27', 44, 43),
  'WRONG,2026-02-27,10,8,9,10.5,1000,10',
];
const MEMBERS = 'Company Name,Industry,Symbol,Series,ISIN Code\nHalf Ltd.,Power,HALF,EQ,INE144J01027\n';
const folder = newFolder('data-care');

const aion = (...args: string[]): Promise<Record<string, unknown>> =>
  runHere(
    [
      addQualityCommand,
      addQuarantineCommand,
      addActionsCommand,
      addRenamesCommand,
      addMembersCommand,
      addCalendarCommand,
    ],
    args,
  );
const listOf = (value: unknown): Record<string, unknown>[] => value as Record<string, unknown>[];

beforeAll(async () => {
  const home = join(folder, 'home');
  useHome(home);
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'bars.csv'), [HEADER, ...ROWS, ''].join('\n'));
  const embedded = openHome(home);
  const text = (content: string) => async () => new TextEncoder().encode(content);
  await importFiles(embedded.ingest, [
    { name: 'bars.csv', read: text([HEADER, ...ROWS, ''].join('\n')) },
    { name: 'ind_nifty500list_20260801.csv', read: text(MEMBERS) },
  ]);
  embedded.close();
});
afterAll(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

describe('looking after the data from the command line', () => {
  it('quality: of files without storing them, and of the stored bars; a finding is accepted and revoked', async () => {
    const files = await aion('quality', join(folder, 'files'));
    expect(files['byCode']).toMatchObject({ unexplained_jump: 1, symbol_change: 1 });
    expect(listOf(files['files'])[0]).toMatchObject({ rows: 11, ingest: { ohlc_order: 1 } });
    const held = async () =>
      listOf((await aion('quality', '--now'))['symbols'])
        .filter(({ heldBack }) => heldBack)
        .map(({ symbol }) => symbol);
    expect(await held()).toEqual(['HALF']);
    await aion('quality', 'accept', 'unexplained_jump', 'half', '2026-02-25', '--why', 'a real fall');
    expect(await held()).toEqual([]);
    await aion('quality', 'revoke', 'unexplained_jump', 'HALF', '2026-02-25', '--why', 'it was not');
    expect(await held()).toEqual(['HALF']);
    await expect(aion('quality', 'accept', 'nonsense', 'HALF', '2026-02-25', '--why', 'abc')).rejects.toThrow(
      /find no nonsense of HALF/,
    );
    await expect(aion('quality', '--code', 'nonsense')).rejects.toThrow(/known are/);
    await expect(aion('quality', '/no/such/folder')).rejects.toThrow(/no file or folder/);
  });

  it('actions: proposed by the fall, written down, known from then on, taken out; the log keeps all', async () => {
    const [proposal] = listOf((await aion('actions', 'propose'))['proposals']);
    expect(proposal).toMatchObject({ symbol: 'HALF', exDate: '2026-02-25', kind: 'split_or_bonus', value: 2 });
    const before = await aion('actions', 'list', '--as-of', '2020-01-01');
    await aion('actions', 'add', 'HALF', '2026-02-25', 'split_or_bonus', '2', '--why', 'circular 7');
    expect(listOf((await aion('actions', 'propose'))['proposals'])).toEqual([]);
    expect(listOf((await aion('actions', 'list', '--symbol', 'half'))['actions'])).toHaveLength(1);
    expect(await aion('actions', 'list', '--as-of', '2020-01-01')).toEqual(before);
    await aion('actions', 'withdraw', 'HALF', '2026-02-25', 'split_or_bonus', '2', '--why', 'a mistake');
    expect(listOf((await aion('actions', 'list'))['actions'])).toEqual([]);
    expect(listOf((await aion('actions', 'log'))['entries']).map(({ withdrawn }) => withdrawn ?? false)).toEqual([
      false,
      true,
    ]);
    await expect(aion('actions', 'add', 'HALF', '2026-02-25', 'merger', '2', '--why', 'abc')).rejects.toThrow(/one of/);
    await expect(aion('actions', 'add', 'HALF', '2026-02-25', 'split', '-2', '--why', 'abc')).rejects.toThrow(
      /above 0/,
    );
  });

  it('renames: joined by the close before, rejected and confirmed by hand', async () => {
    const joined = async () =>
      listOf((await aion('renames', 'list'))['joined']).map(({ from, to, evidence }) => [from, to, evidence]);
    expect(await joined()).toEqual([['OLDNAME', 'NEWNAME', 'prev_close']]);
    await aion('renames', 'reject', 'OLDNAME', 'NEWNAME', '2026-02-25', '--why', 'two companies');
    expect(await joined()).toEqual([]);
    await aion('renames', 'confirm', 'OLDNAME', 'NEWNAME', '2026-02-25', '--why', 'one after all');
    expect(await joined()).toEqual([['OLDNAME', 'NEWNAME', 'admin']]);
  });

  it('quarantine: shown as it stood, released with a correction, dismissed', async () => {
    const [entry] = listOf((await aion('quarantine', 'list'))['entries']);
    expect(entry).toMatchObject({ file: 'bars.csv', rows: 1, byCode: { ohlc_order: 1 } });
    const id = String(entry!['id']).slice(0, 12);
    const [wrong] = listOf((await aion('quarantine', 'show', id))['rows']);
    expect(wrong).toMatchObject({ line: 12, row: ROWS.at(-1), review: null });
    const where = [id, '--file', 'bars.csv', '--line', '12', '--why', 'a slip'];
    await expect(aion('quarantine', 'release', ...where)).rejects.toThrow(/not accepted/);
    expect(await aion('quarantine', 'dismiss', ...where)).toMatchObject({ decision: 'dismissed' });
    expect(await aion('quarantine', 'release', ...where, '--set', 'high=11')).toMatchObject({ decision: 'released' });
    await expect(aion('quarantine', 'release', ...where, '--set', 'colour=red')).rejects.toThrow(/field=value/);
  });

  it('members: as of a day, with the bias in words; calendar: with what is only expected', async () => {
    expect(await aion('members', 'nifty500', '--date', '2026-09-01')).toMatchObject({ asOf: '2026-08-01', bias: null });
    expect((await aion('members', 'NIFTY500', '--date', '2020-01-01'))['bias']).toMatch(/look better than they were/);
    await expect(aion('members', 'NIFTY50')).rejects.toThrow(/no list of NIFTY50/);
    const days = await aion('calendar', '--market', 'us', '--from', '2026-12-23', '--to', '2027-01-01', '--special');
    expect(
      await aion('calendar', '--exchange', 'US', '--from', '2026-12-23', '--to', '2027-01-01', '--special'),
    ).toEqual(days);
    expect(listOf(days['days'])).toMatchObject([
      { date: '2026-12-24', kind: 'half', provisional: false },
      { date: '2026-12-25', kind: 'closed' },
      { date: '2027-01-01', kind: 'closed', provisional: true },
    ]);
    await expect(aion('calendar', '--from', '2030-01-01', '--to', '2030-01-02')).rejects.toThrow(/outside the NSE/);
  });
});

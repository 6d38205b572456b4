import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSqliteItemTable } from '../../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../../adapters/src/sqlite/state-file.ts';
import { makeFrozenClock, type ItemTable } from '@aion/core';
import { publishedSignal } from '../../test/fixture-signal.ts';
import type { PublishedSignal } from '../signal.ts';
import { merkleRoot } from './chain.ts';
import { appendToLedger, loadLedger } from './ledger-store.ts';
import { verifyLedger } from './verify-ledger.ts';

const SECRET = 'operator secret';
const batch = (day: string, count: number): PublishedSignal[] =>
  Array.from({ length: count }, (_, i) =>
    publishedSignal({ id: `${day}-${i}`, rank: i + 1, sessionDate: day, symbol: `S${i}` }),
  );
const published = new Set(['2026-02-26 revision 1', '2026-02-27 revision 1']);
const root = (sessionDate: string) => ({ sessionDate, revision: 1, publishedAtMs: 1 });

describe('the track record', () => {
  let items: ItemTable;
  const first = batch('2026-02-26', 3);
  const second = batch('2026-02-27', 95);
  const check = async (signals = [...first, ...second]) =>
    verifyLedger(await loadLedger(items, 'NSE'), signals, SECRET, published);
  beforeEach(async () => {
    items = makeSqliteItemTable(
      openStateFile(join(mkdtempSync(join(tmpdir(), 'aion-ledger-')), 's.db')),
      makeFrozenClock(0),
    );
    await appendToLedger(items, SECRET, 'NSE', first, root('2026-02-26'));
    await appendToLedger(items, SECRET, 'NSE', second, root('2026-02-27'));
  });

  it('holds every published signal once, and verifies', async () => {
    expect(await check()).toMatchObject({ ok: true, entries: 98, roots: 2, problems: [] });
  });

  it('is idempotent: publishing again adds nothing', async () => {
    const again = await appendToLedger(items, SECRET, 'NSE', second, { ...root('2026-02-27'), publishedAtMs: 99 });
    expect(again.publishedAtMs).toBe(1);
    expect(await check()).toMatchObject({ ok: true, entries: 98 });
  });

  it('goes on after a crash between two batches', async () => {
    const third = batch('2026-03-02', 60);
    await appendToLedger(items, SECRET, 'NSE', third.slice(0, 40), { ...root('2026-03-02'), revision: 9 });
    await items.delete({ table: 'product', pk: 'LEDGER#NSE', sk: 'ROOT#20260302#0009' });
    await appendToLedger(items, SECRET, 'NSE', third, { ...root('2026-03-02'), revision: 9 });
    expect(await check([...first, ...second, ...third])).toMatchObject({ ok: true, entries: 158 });
  });

  it('catches a changed, an added and a removed signal', async () => {
    const changed = [...first, ...second];
    changed[1] = { ...changed[1]!, signal: { ...changed[1]!.signal, side: 'SELL' } };
    expect((await check(changed)).problems).toEqual([
      expect.stringMatching(/2026-02-26-1 .* differs from what was committed/),
    ]);
    expect((await check([...first, ...second, publishedSignal({ id: 'late' })])).problems).toEqual([
      expect.stringMatching(/late .* outside the record/),
    ]);
    expect((await check([...first, ...second.slice(1)])).problems).toEqual([
      expect.stringMatching(/2026-02-27-0 .* no longer stored/),
    ]);
  });

  it('catches a rewritten, a removed and a truncated chain, and a forged root', async () => {
    const key = (sk: string) => ({ table: 'product', pk: 'LEDGER#NSE', sk }) as const;
    const entry = await items.get(key('ENTRY#000000002'));
    await items.put({ ...key('ENTRY#000000002'), v: 1, body: { ...entry!.body, commitment: 'f'.repeat(64) } });
    expect((await check()).ok).toBe(false);
    await items.put({ ...key('ENTRY#000000002'), v: 1, body: entry!.body });
    expect((await check()).ok).toBe(true);
    await items.delete(key('ENTRY#000000098'));
    expect((await check()).problems.join()).toMatch(/the head names entry 98, the chain ends at 97/);
    await items.delete(key('ENTRY#000000001'));
    expect((await check()).problems.join()).toMatch(/entry 1 is missing/);
  });

  it('does not miss what a stopped run stored and never published, and misses what was published', async () => {
    const stopped = { ...publishedSignal({ id: 'stopped', sessionDate: '2026-02-27' }), revision: 2 };
    expect((await check([...first, ...second, stopped])).ok).toBe(true);
    const ledger = await loadLedger(items, 'NSE');
    const all = new Set([...published, '2026-02-27 revision 2']);
    expect(verifyLedger(ledger, [...first, ...second, stopped], SECRET, all).problems).toEqual([
      '2026-02-27 revision 2 was published but its root is not in the record',
      expect.stringMatching(/stopped .* outside the record/),
    ]);
  });

  it('catches the wrong secret: a commitment opens with its salt only', async () => {
    expect(verifyLedger(await loadLedger(items, 'NSE'), first, 'another', published).ok).toBe(false);
  });

  it('has a root that depends on every leaf and on their order', () => {
    expect(merkleRoot(['a', 'b', 'c'])).not.toBe(merkleRoot(['b', 'a', 'c']));
    expect(merkleRoot(['a', 'b', 'c'])).not.toBe(merkleRoot(['a', 'b']));
    expect(merkleRoot(['a'])).not.toBe('a');
  });
});

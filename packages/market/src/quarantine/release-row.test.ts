import { describe, expect, it } from 'vitest';
import { fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';
import { importFiles } from '../ingest/import-files.ts';
import { readManifest } from '../lake/manifest.ts';
import { loadOrigin } from '../lake/origins.ts';
import { readSymbol, readTable } from '../lake/read.ts';
import { dismissRow, listQuarantine, loadReviews, readQuarantine, releaseRow } from './index.ts';

const HEADER = 'symbol,date,open,high,low,close,volume';
const by = { by: 'asha', why: 'checked against the circular' };

async function quarantined(...rows: string[]) {
  const ports = makeFixturePorts();
  await importFiles(ports, [fileOf('a.csv', `${HEADER}\nABC,2024-10-24,10,12,9,11,100\n${rows.join('\n')}\n`)]);
  const { entries } = await listQuarantine(ports, 'NSE', { limit: 5 });
  const [entry] = entries;
  return { ports, entry: entry!, at: (line: number) => ({ id: entry!.id, file: 'a.csv', line, ...by }) };
}
const closes = async (ports: ReturnType<typeof makeFixturePorts>) => [
  ...(await readSymbol(ports, await readManifest(ports, 'NSE'), 'ABC'))!.close,
];

describe('reviewing quarantine', () => {
  it('keeps the row as it stood in the file', async () => {
    const { ports, entry } = await quarantined('ABC,2024-10-25,10,8,9,11,100', 'ABC,2024-10-28,x,12,9,11,100');
    const rows = await readQuarantine(ports, entry);
    expect(rows.map(({ row }) => row)).toEqual(['ABC,2024-10-25,10,8,9,11,100', 'ABC,2024-10-28,x,12,9,11,100']);
    expect(entry.header).toBe(HEADER);
  });

  it('stores a corrected row through INGEST, with who and why, and only once', async () => {
    const { ports, entry, at } = await quarantined('ABC,2024-10-25,10,8,9,11,100');
    const review = await releaseRow(ports, 'NSE', at(3), { high: '12.5' });
    expect(review).toMatchObject({ decision: 'released', by: 'asha', stored: 'ABC,2024-10-25,10,12.5,9,11,100' });
    expect(await closes(ports)).toEqual([11, 11]);
    expect((await loadReviews(ports, 'NSE', entry)).get(3)).toEqual(review);
    await expect(releaseRow(ports, 'NSE', at(3))).rejects.toThrow(/was released by asha already/);
  });

  it('is the origin of its bar, and of no file', async () => {
    const { ports, at } = await quarantined('ABC,2024-10-25,10,8,9,11,100');
    await releaseRow(ports, 'NSE', at(3), { high: '12' });
    const bars = await readTable(ports, await readManifest(ports, 'NSE'), { provenance: true });
    const [first, second] = await Promise.all(bars.provenance!.ids.map((id) => loadOrigin(ports.items, 'NSE', id)));
    expect([first?.source, second?.source]).toEqual(['upload', 'release']);
    expect(second).toMatchObject({ name: 'a.csv line 3', importedMs: ports.clock.nowMs() });
  });

  it('whose reason could not be read back stores nothing', async () => {
    const { ports, at } = await quarantined('ABC,2024-10-25,10,8,9,11,100');
    const before = await ports.storedItems();
    await expect(releaseRow(ports, 'NSE', { ...at(3), why: 'x'.repeat(501) }, { high: '12' })).rejects.toThrow();
    await expect(dismissRow(ports, 'NSE', { ...at(3), why: 'x'.repeat(501) })).rejects.toThrow();
    expect(await ports.storedItems()).toEqual(before);
  });

  it('lets nothing through that INGEST would not', async () => {
    const { ports, at } = await quarantined('ABC,2024-10-25,10,8,9,11,100', 'ABC,2024-10-26,10,12,9,11,100');
    await expect(releaseRow(ports, 'NSE', at(3))).rejects.toThrow(/is not accepted: expected high at or above/);
    await expect(releaseRow(ports, 'NSE', at(4))).rejects.toThrow(/no session on that date/);
    await expect(releaseRow(ports, 'NSE', at(3), { high: 'NaN' })).rejects.toThrow(/expected a number in high/);
    expect(await closes(ports)).toEqual([11]);
  });

  it('replaces the stored bar when a conflicting one is released', async () => {
    const ports = makeFixturePorts();
    await importFiles(ports, [fileOf('a.csv', `${HEADER}\nABC,2024-10-24,10,12,9,11,100\n`)]);
    await importFiles(ports, [fileOf('b.csv', `${HEADER}\nABC,2024-10-24,10,12,9,11.5,100\n`)]);
    const [entry] = (await listQuarantine(ports, 'NSE', { limit: 5 })).entries;
    expect(await closes(ports)).toEqual([11]);
    const row = { id: entry!.id.slice(0, 12), file: 'b.csv', line: 2, ...by };
    await expect(releaseRow(ports, 'NSE', row)).rejects.toThrow(/another bar is stored/);
    await releaseRow(ports, 'NSE', { ...row, replace: true });
    expect(await closes(ports)).toEqual([11.5]);
  });

  it('writes no other share or day than the row’s own, and replaces no stored bar unasked', async () => {
    const { ports, at } = await quarantined('ABC,2024-10-25,10,8,9,11,100');
    const two = { high: '12', volume: '1\nXYZ,2024-10-25,1,1,1,1,1' };
    await expect(releaseRow(ports, 'NSE', at(3), two)).rejects.toThrow(/volume is no plain value/);
    await expect(releaseRow(ports, 'NSE', at(3), { symbol: 'XYZ', high: '12' })).rejects.toThrow(
      /the symbol of the row/,
    );
    await expect(releaseRow(ports, 'NSE', at(3), { date: '2024-10-24', high: '12' })).rejects.toThrow(
      /the date of the row/,
    );
    await importFiles(ports, [fileOf('c.csv', `${HEADER}\nABC,2024-10-25,10,13,9,12,100\n`)]);
    await expect(releaseRow(ports, 'NSE', at(3), { high: '12' })).rejects.toThrow(/another bar is stored for that day/);
    expect(await closes(ports)).toEqual([11, 12]);
    const review = await releaseRow(ports, 'NSE', { ...at(3), replace: true }, { high: '12' });
    expect(review.replaced).toBe('ABC,2024-10-25,10,13,9,12,100');
    expect(await closes(ports)).toEqual([11, 11]);
  });

  it('corrects a day that was wrong, and releases no corporate action as a bar', async () => {
    const { ports, at } = await quarantined('ABC,2024-10-26,10,12,9,11,100');
    await releaseRow(ports, 'NSE', at(3), { date: '2024-10-25' });
    expect(await closes(ports)).toEqual([11, 11]);
    await importFiles(ports, [fileOf('acts.csv', 'symbol,ex_date,type,value\nABC,2024-10-25,merger,2\n')]);
    const entry = (await listQuarantine(ports, 'NSE', { limit: 5 })).entries.find(({ file }) => file === 'acts.csv')!;
    const row = { id: entry.id, file: 'acts.csv', line: 2, ...by };
    await expect(releaseRow(ports, 'NSE', row)).rejects.toThrow(/are no bars and cannot be released/);
    expect((await dismissRow(ports, 'NSE', row)).decision).toBe('dismissed');
  });

  it('dismisses a row with the reason, and a dismissed row may still be released', async () => {
    const { ports, entry, at } = await quarantined('ABC,2024-10-25,10,8,9,11,100');
    await dismissRow(ports, 'NSE', at(3));
    expect((await loadReviews(ports, 'NSE', entry)).get(3)).toMatchObject({ decision: 'dismissed' });
    await releaseRow(ports, 'NSE', at(3), { high: '12' });
    expect((await loadReviews(ports, 'NSE', entry)).get(3)).toMatchObject({ decision: 'released' });
  });

  it('says what is missing, and refuses rows and files that are not there', async () => {
    const { ports, at } = await quarantined('ABC,2024-10-25,10');
    await expect(releaseRow(ports, 'NSE', at(3))).rejects.toThrow(/the row has no high, low, close, volume/);
    await expect(releaseRow(ports, 'NSE', at(9))).rejects.toThrow(/no row of line 9 of a.csv is in quarantine/);
    await expect(dismissRow(ports, 'NSE', { ...at(3), id: 'ffff' })).rejects.toThrow(
      /no quarantined file has the id ffff/,
    );
    await importFiles(ports, [fileOf('c.csv', 'what,is,this\n1,2,3\n')]);
    const refused = (await listQuarantine(ports, 'NSE', { limit: 5 })).entries.find(({ file }) => file === 'c.csv')!;
    await expect(releaseRow(ports, 'NSE', { ...at(1), id: refused.id, file: 'c.csv' })).rejects.toThrow(
      /c.csv was refused as a whole/,
    );
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dismissRow, quarantineRows } from '@aion/market';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeEmbedded, type Embedded } from '@aion/runtime/embedded/compose-embedded';
import { loadConfig } from '@aion/runtime/embedded/load-config';
import { quarantinePage } from './quarantine-page.ts';

const LONG = 2500;
const FILES = 230;
const SAME_IMPORT_MS = 5_000;
const TOTAL = LONG + FILES;

let home: string;
let embedded: Embedded;
let read: string[] = [];
const host = () => {
  const { objects } = embedded.ingest;
  const counted = {
    ...objects,
    get: (key: string) => {
      read.push(key);
      return objects.get(key);
    },
  };
  return { ...embedded, ingest: { ...embedded.ingest, objects: counted } };
};
const rowsOf = (count: number, code: 'ohlc_order' | 'number') =>
  Array.from({ length: count }, (_, i) => ({ line: i + 2, code, field: 'high', value: '1', message: `row ${i}` }));

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'aion-quarantine-'));
  embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, home));
  await quarantineRows(embedded.ingest, 'NSE', 'long.csv', 1_000, rowsOf(LONG, 'ohlc_order'));
  for (let i = 0; i < FILES; i++) {
    await quarantineRows(embedded.ingest, 'NSE', `${i}.csv`, SAME_IMPORT_MS, rowsOf(1, 'number'));
  }
});
afterAll(() => {
  embedded.close();
  rmSync(home, { recursive: true, force: true });
});

async function walk(limit: number, code?: string): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof quarantinePage>> = await quarantinePage(host(), {
      limit,
      ...(after === null ? {} : { after }),
      ...(code === undefined ? {} : { code }),
    });
    expect(page.total).toBe(TOTAL);
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    seen.push(...page.rows.map(({ file, line }) => `${file} ${line}`));
    after = page.nextCursor;
  } while (after !== null && seen.length <= TOTAL);
  return seen;
}

describe('the pages of the quarantine', () => {
  it('reach every row of every file once, however many there are', async () => {
    const seen = await walk(200);
    expect(seen).toHaveLength(TOTAL);
    expect(new Set(seen).size).toBe(TOTAL);
    // The newest import first, and the rows of a file in its order.
    expect(seen.at(-1)).toBe(`long.csv ${LONG + 1}`);
  });

  it('end with the last row, also where that fills a page', async () => {
    expect(await walk(TOTAL)).toHaveLength(TOTAL);
    expect(await walk(10, 'number')).toHaveLength(FILES);
    expect(await walk(500, 'ohlc_order')).toHaveLength(LONG);
    expect(await walk(10, 'symbol')).toEqual([]);
  });

  it('read the files of their own rows and the one after, and none without the wanted reason', async () => {
    read = [];
    const { nextCursor } = await quarantinePage(host(), { limit: 3 });
    expect(read).toHaveLength(4);
    read = [];
    await quarantinePage(host(), { limit: 3, after: nextCursor! });
    expect(read).toHaveLength(4);
    read = [];
    await quarantinePage(host(), { limit: 3, code: 'ohlc_order' });
    expect(read).toHaveLength(1);
  });

  it('go on where they were when a file is added in between', async () => {
    const first = await quarantinePage(host(), { limit: 200 });
    const second = await quarantinePage(host(), { limit: 200, after: first.nextCursor! });
    const long = second.rows.find(({ file }) => file === 'long.csv')!;
    await quarantineRows(embedded.ingest, 'NSE', 'later.csv', 9_000, rowsOf(1, 'number'));
    const review = { id: long.entryId, file: 'long.csv', line: 2, by: 'a', why: 'not wanted' };
    await dismissRow(embedded.ingest, 'NSE', review);
    const again = await quarantinePage(host(), { limit: 200, after: first.nextCursor! });
    expect(again.rows.map(({ id }) => id)).toEqual(second.rows.map(({ id }) => id));
    expect(again.rows.find(({ id }) => id === long.id)?.review).toMatchObject({ decision: 'dismissed' });
  });

  it.each(['50', '', '5000.aaaaaaaaaaaaaaaa:0', '4000.aaaaaaaaaaaaaaaa:0', '1.aaaaaaaaaaaaaaaa:0', '5000.x:0'])(
    'refuse the cursor "%s", which this server did not give',
    async (after) => {
      await expect(quarantinePage(host(), { limit: 5, after })).rejects.toThrow(/not one that this server gave/);
    },
  );
});

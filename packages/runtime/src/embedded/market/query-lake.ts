import { type Exchange } from '@aion/core';
import { join } from 'node:path';
import type { LakeView, QueryResult } from '@aion/adapters/duckdb/lake-query';
import { readManifest, seriesPlace, type SeriesName } from '@aion/market';
import type { Embedded } from '../compose-embedded.ts';
import { objectsPath } from '../home/home-paths.ts';

/** Views that a query finds, and the series behind each. */
export const LAKE_VIEWS: Readonly<Record<string, SeriesName>> = {
  daily: 'daily',
  hourly: 'hourly',
  five_minute: 'five-minute',
  minute: 'minute',
  index: 'index',
  index_hourly: 'index-hourly',
};

const MEMORY_MB = 512;
const THREADS = 2;
const TIMEOUT_MS = 60_000;

/** Answers one SELECT over the bars of this home. Archived partitions are left out. */
export async function queryHome(
  embedded: Embedded,
  sql: string,
  options: { readonly market?: Exchange; readonly maxRows?: number } = {},
): Promise<QueryResult & { readonly archived: readonly string[] }> {
  const { market = 'NSE', maxRows = 1000 } = options;
  const root = objectsPath(embedded.loaded.home);
  const archived: string[] = [];
  const views = await Promise.all(
    Object.entries(LAKE_VIEWS).map(async ([name, series]): Promise<LakeView> => {
      const { objects, sessionBars } = await readManifest(embedded.ingest, market, series);
      const read = objects.filter((object) => object.archived !== true);
      for (const object of objects) if (object.archived === true) archived.push(`${series} ${object.partition}`);
      const held = objects.reduce((sum, { rows }) => sum + rows, 0);
      return {
        name,
        files: read.map(({ key, turn }) => ({ path: join(root, key), turn })),
        intraday: seriesPlace(series).barMinutes !== null,
        overlaps: held > sessionBars.reduce((sum, bars) => sum + bars, 0),
      };
    }),
  );
  // The engine is large and native: only a query loads it.
  const { queryLake } = await import('@aion/adapters/duckdb/lake-query');
  const limits = { maxRows, memoryMb: MEMORY_MB, threads: THREADS, timeoutMs: TIMEOUT_MS };
  return { ...(await queryLake(views, sql, limits)), archived };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, MINUTE_MS, sha256Hex } from '@aion/core';
import { fetchFlags, fetchRecords, type Sources } from '@aion/jobs/sources';
import { sealRecord, type DataRecord, type FlagList } from '@aion/market/records';
import { composeEmbedded, loadConfig } from '@aion/runtime';
import type { BenchResult } from './run.ts';

const SYMBOLS = Array.from({ length: 2000 }, (_, at) => `SYM${String(at).padStart(4, '0')}`);
const SESSION = '2026-02-27';
const NOW_MS = Date.parse(`${SESSION}T18:00:00+05:30`);
/** Each kind, and one of the sources that have it. */
const ASKED = {
  news: 'rss',
  social: 'reddit',
  fundamental: 'yahoo',
  insider_trade: 'nse',
  option_chain: 'nse',
} as const;
const KINDS = Object.keys(ASKED) as (keyof typeof ASKED)[];
const GOAL_S = 60;

/**
 * A day's records of 2,000 symbols through the product's own doors: two stories, a post, figures, a trade of an insider and a band for each,
 * option chains of two hundred; and the same day again, of which nothing is new. The sources answer at once: what is timed is ours.
 */
export async function run(): Promise<BenchResult> {
  const home = mkdtempSync(join(tmpdir(), 'aion-bench-records-'));
  const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, process.cwd()));
  try {
    const { items, objects, clock } = embedded;
    const ports = { items, objects, clock, sources: sourcesOf() };
    const table: Record<string, unknown>[] = [];
    const day = async (what: string): Promise<{ seconds: number; stored: number }> => {
      let [seconds, stored] = [0, 0];
      const timed = async (name: string, work: () => Promise<number>): Promise<void> => {
        const startedMs = performance.now();
        const added = await work();
        const took = (performance.now() - startedMs) / 1000;
        seconds += took;
        stored += added;
        table.push({ day: what, kind: name, stored: added, seconds: rounded(took) });
      };
      for (const kind of KINDS)
        await timed(kind, async () => {
          const request = { kind, exchange: 'NSE', symbols: [], fromMs: NOW_MS - DAY_MS, toMs: NOW_MS } as const;
          const { answers } = await fetchRecords(ports, request, ASKED[kind]);
          return answers.reduce((sum, answer) => sum + answer.stored, 0);
        });
      await timed('flag', async () => {
        const { lists } = await fetchFlags(ports, SESSION);
        return lists.reduce((sum, { changes }) => sum + changes, 0);
      });
      return { seconds, stored };
    };
    const first = await day('first');
    const again = await day('again');
    const lacking = table.filter(({ day: which, stored }) => which === 'first' && stored === 0);
    if (lacking.length > 0) throw new Error(`nothing was stored of ${lacking.map(({ kind }) => kind).join(', ')}`);
    return {
      table,
      result: {
        symbols: SYMBOLS.length,
        stored: first.stored,
        seconds: rounded(first.seconds),
        storedAgain: again.stored,
        secondsAgain: rounded(again.seconds),
        goalS: GOAL_S,
      },
    };
  } finally {
    embedded.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** One source that has everything of each symbol, at once. */
function sourcesOf(): Sources {
  const on = { on: true, why: null };
  const provenance = (url: string) => ({ source: 'bench', url, fetchedMs: NOW_MS, sha256: sha256Hex(url) });
  const common = (symbol: string, at: number, url: string) => ({
    ...{ source: 'bench', symbols: [symbol], eventMs: NOW_MS - at * MINUTE_MS, knownMs: NOW_MS - at * MINUTE_MS },
    ...{ redistributable: false, provenance: provenance(url) },
  });
  const of: Record<(typeof KINDS)[number], (symbol: string, at: number) => DataRecord[]> = {
    news: (symbol, at) =>
      [0, 1].map((which) =>
        sealRecord({
          ...{ ...common(symbol, (at % 600) + which, `news ${symbol} ${which}`), kind: 'news' },
          ...{ storyId: `${symbol} ${which}`, headline: `${symbol} reports on its business`, summary: 'As expected.' },
          ...{ url: null, publisher: 'Bench' },
        }),
      ),
    social: (symbol, at) => [
      sealRecord({
        ...{ ...common(symbol, at % 600, `post ${symbol}`), kind: 'social' },
        ...{ postId: symbol, channel: null, text: `$${symbol} up today` },
      }),
    ],
    fundamental: (symbol, at) => [
      sealRecord({
        ...{ ...common(symbol, at % 600, `figures ${symbol}`), kind: 'fundamental', currency: 'INR' },
        metrics: Object.fromEntries(Array.from({ length: 20 }, (_, place) => [`metric${place}`, at + place])),
      }),
    ],
    insider_trade: (symbol, at) => [
      sealRecord({
        ...{ ...common(symbol, at % 600, `trade ${symbol}`), kind: 'insider_trade', filingId: symbol },
        ...{ person: 'A director', role: null, side: 'buy', shares: 100, price: 10, currency: 'INR' },
      }),
    ],
    option_chain: (symbol, at) =>
      at >= 200
        ? []
        : [
            sealRecord({
              ...{ ...common(symbol, at % 60, `chain ${symbol}`), kind: 'option_chain', underlying: 100 },
              quotes: Array.from({ length: 80 }, (_, strike) => ({
                ...{ expiry: '2026-03-26', strike: 60 + strike, type: strike % 2 === 0 ? 'call' : 'put' },
                ...{ openInterest: 1000, volume: 10, volatilityFrac: 0.3, last: 1 },
              })),
            }),
          ],
  };
  const bands: FlagList = {
    ...{ flag: 'price_band', source: 'bench', fromMs: NOW_MS, knownMs: NOW_MS, provenance: provenance('bands') },
    entries: SYMBOLS.map((symbol) => ({ symbol, detail: '20' })),
  };
  return {
    standing: () => on,
    records: () => ({
      ...{ name: 'bench', kinds: KINDS },
      fetch: async ({ kind }) => ({
        records: SYMBOLS.flatMap((symbol, at) => of[kind as (typeof KINDS)[number]](symbol, at)),
        ...{ rejected: [], provenance: [] },
      }),
    }),
    flags: () => ({
      questions: () => [{ flags: ['price_band'], ask: async () => [bands] }],
      results: async () => ({ records: [], rejected: [], provenance: [] }),
    }),
    save: async () => undefined,
  } as Partial<Sources> as Sources;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

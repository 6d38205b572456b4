import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApi, type ApiDeps } from '@aion/api';
import { Problem, ScanList, ScanPage } from '@aion/contracts';
import { silentTelemetry } from '@aion/core';
import { loadRun, loadScanPointer, readScanBook } from '@aion/pipeline';
import { loadSessionSignals } from '@aion/signals';
import { importFiles, loadCalendar } from '@aion/market';
import { appendRecords, sealRecord } from '@aion/market/records';
import { scanSession } from '@aion/jobs/scans';
import { type Embedded } from '@aion/runtime';
import { loadFeatureResult, makeEventBus, PRESETS, READY_SCANS, sealAlert, sealRequest } from '@aion/universe';
import { addAlertsCommand } from '../functions/cli/src/commands/alerts.ts';
import { addScanCommand } from '../functions/cli/src/commands/scan.ts';
import { outcomeHere, printedHere, runHere, useHome } from '../functions/cli/test/run-here.ts';
import {
  CSV_HEADER,
  csvLines,
  daily,
  newFolder,
  openHome,
  removeFolders,
  simulatedHome,
  TWO_SHARDS,
  smallMarket,
} from './embedded-home.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

const SESSION = '2026-02-27';
const BASIC_ROWS = 5;
let home: Embedded;
let folder: string;
let runId: string;
afterAll(removeFolders);

beforeAll(async () => {
  home = await simulatedHome('scans', TWO_SHARDS);
  folder = home.loaded.home;
  runId = (await daily(home)).id;
});
afterAll(() => home.close());

const bookOf = async (embedded: Embedded) =>
  readScanBook(embedded.objects, (await loadScanPointer(embedded.items, 'NSE', SESSION))!);

describe('the scans of a daily run', () => {
  it('are the ones that the command line makes anew from the lake, with the same reasons', async () => {
    const { steps } = await loadRun(home.items, runId);
    expect(steps.find(({ name }) => name === 'scan')!.figures).toMatchObject({ failed: 0, scans: READY_SCANS.length });
    const kept = await bookOf(home);
    expect(kept.symbols).toBeGreaterThan(70);
    const anew = (await scanSession(home, 'NSE', SESSION)).book;
    expect({ ...anew, table: kept.table }).toEqual(kept);
  });

  it('of a past session are what they were before anything later was known', async () => {
    const date = '2026-01-30';
    const table = smallMarket(40, 300).daily;
    const lines = csvLines(table);
    const scanned = async (upTo: string) => {
      const embedded = openHome(newFolder('past'));
      const rows = lines.filter((line) => line.split(',')[1]! <= upTo);
      const read = async () => new TextEncoder().encode([CSV_HEADER, ...rows, ''].join('\n'));
      await importFiles(embedded.ingest, [{ name: 'bars.csv', read }]);
      const { book } = await scanSession(embedded, 'NSE', date);
      embedded.close();
      return book;
    };
    const book = await scanned(date);
    expect(await scanned('2026-12-31')).toEqual(book);
    expect(book.entries.filter(({ matches }) => matches.length > 0).length).toBeGreaterThan(20);
  });

  it('cut the universe only where the configuration names a preset, and then make no signal of another symbol', async () => {
    const other = newFolder('preset');
    cpSync(folder, other, { recursive: true });
    const cut = openHome(other, { AION_SCANNERS: '{"universePreset":"pkscreener-like"}' });
    const { summary } = await daily(cut);
    const wide = (await loadRun(home.items, runId)).run.summary!;
    const kept = new Set((await bookOf(cut)).entries.find(({ id }) => id === 'pkscreener-like')!.matches.map(({ symbol }) => symbol)); // prettier-ignore
    expect(summary!.universe).toBeLessThan(wide.universe);
    expect(summary!.rejected).toContainEqual({
      reason: 'not_in_preset',
      title: 'Left out by the preset that cuts the universe',
      count: wide.universe - summary!.universe,
    });
    const signals = (await loadSessionSignals(cut.items, 'NSE', SESSION)).filter(({ superseded }) => !superseded);
    expect(signals.length).toBeGreaterThan(0);
    for (const { signal } of signals) expect(kept).toContain(signal.symbol);
    cut.close();
  });
});

describe('aion scan', () => {
  beforeAll(() => useHome(folder));
  afterAll(() => void vi.unstubAllEnvs());
  const aion = (...args: string[]) => runHere([addScanCommand], ['scan', ...args]);
  const outcome = (...args: string[]) => outcomeHere([addScanCommand], ['scan', ...args]);

  it('lists every scan and preset, gives rows with reasons, and the same rows as CSV', async () => {
    const listed = (await aion('--list')) as { scans: unknown[]; presets: unknown[] };
    expect([listed.scans.length, listed.presets.length]).toEqual([READY_SCANS.length, PRESETS.length]);
    const file = join(newFolder('csv'), 'rows.csv');
    const found = await aion('--scan', 'above-all-means', '--top', '2', '--csv', file);
    const rows = found['rows'] as { symbol: string; reasons: { title: string }[] }[];
    expect(found).toMatchObject({ sessionDate: SESSION, simulated: true });
    expect(rows).toHaveLength(2);
    expect(rows[0]!.reasons[0]!.title).toMatch(/^Close is [\d.]+, above .* [\d.]+$/);
    const lines = readFileSync(file, 'utf8').split('\r\n');
    expect(lines.length).toBe(Number(found['total']) + 4);
    expect(lines[3]).toContain(`1,${rows[0]!.symbol},`);
    const text = await printedHere([addScanCommand], ['scan', '--preset', 'breakouts']);
    expect(text).toMatch(/^NSE 2026-02-27 SIMULATED: Breakouts, \d+ of \d+ symbols\nBreakouts of/);
  });

  it('says of a symbol why it is in a scan and why not', async () => {
    const [match] = (await bookOf(home)).entries.find(({ id }) => id === 'above-all-means')!.matches;
    const one = await aion('--symbol', match!.symbol.toLowerCase(), '--scan', 'above-all-means');
    expect(one['verdicts']).toMatchObject([{ state: 'matched', reasons: match!.reasons }]);
    const all = (await aion('--symbol', match!.symbol))['verdicts'] as { state: string }[];
    expect(all).toHaveLength(READY_SCANS.length + PRESETS.length);
    expect(new Set(all.map(({ state }) => state))).toContain('failed');
  });

  it.each([
    [['--preset', 'breakout'], 2, /no preset "breakout"; the nearest: breakouts/],
    [['--scan', 'gap-upp'], 2, /no scan "gap-upp"; the nearest: gap-up/],
    [['--scan', 'gap-up', '--date', '2026-02-28'], 2, /2026-02-28 is no NSE session/],
    [
      ['--scan', 'gap-up', '--date', '2026-03-04'],
      3,
      /no bars of 2026-03-04 are stored; the newest whole session is 2026-02-27/,
    ],
    [['--scan', 'gap-up', '--date', 'yesterday'], 2, /--date needs YYYY-MM-DD/],
    [['--scan', 'gap-up', '--top', '0'], 2, /--top needs a number above 0/],
    [['--symbol', 'NOSUCH'], 3, /NOSUCH was not scanned: no bars of it are stored/],
    [[], 2, /give --preset NAME, --scan ID or --symbol S/],
    [['--symbol', 'X', '--csv', 'x.csv'], 2, /--csv writes the rows of one/],
  ] as const)('refuses %j', async (args, code, message) => {
    const found = await outcome(...args);
    expect(found.code).toBe(code);
    expect(found.json['error']).toMatch(message);
  });
});

describe('aion alerts', () => {
  const copy = newFolder('alerts');
  beforeAll(() => {
    cpSync(folder, copy, { recursive: true });
    useHome(copy);
  });
  afterAll(() => void vi.unstubAllEnvs());
  const aion = (...args: string[]) => runHere([addAlertsCommand], ['alerts', ...args]);

  it('lists what the run raised, with scores within [0, 1], and finds it by session, type and symbol', async () => {
    const all = (await aion('list'))['alerts'] as {
      alert: { symbol: string; type: string; score: number };
    }[];
    expect(all.length).toBeGreaterThan(10);
    expect(all.every(({ alert }) => alert.score >= 0 && alert.score <= 1)).toBe(true);
    const { symbol, type } = all[0]!.alert;
    const some = (await aion('list', '--to', SESSION, '--type', type, '--symbol', symbol))['alerts'] as typeof all;
    expect(some.length).toBeGreaterThan(0);
    for (const { alert } of some) expect([alert.symbol, alert.type]).toEqual([symbol, type]);
    expect((await aion('list', '--from', '2026-02-20', '--to', '2026-02-26'))['alerts']).toEqual([]);
  });

  it('works off the features that they ask for, each once', async () => {
    const first = await aion('work');
    const { events, requests, done } = first as { events: number; requests: number; done: number };
    expect(events).toBeGreaterThan(10);
    expect(done).toBe(requests);
    expect(first).toMatchObject({ failed: [], repeated: 0, deadLetters: 0 });
    expect(await aion('work')).toMatchObject({ events: 0, requests: 0, done: 0 });
    expect(await aion('dead')).toEqual({ deadLetters: [] });
  });

  it('raises what insiders bought, once, and works its features off too', async () => {
    expect(await aion('raise')).toMatchObject({ raised: 0, appended: 0 });
    const embedded = openHome(copy);
    const [symbol = ''] = Object.keys((await bookOf(embedded)).shares);
    const knownMs = Date.UTC(2026, 1, 27, 5);
    const common = { source: 'test', symbols: [symbol], eventMs: knownMs, knownMs, redistributable: true };
    const provenance = { source: 'test', url: 'test:', fetchedMs: knownMs, sha256: '' };
    const deal = {
      filingId: '1',
      person: 'P',
      role: null,
      side: 'buy',
      shares: 1e5,
      price: 900,
      currency: 'INR',
    } as const;
    const record = sealRecord({ ...common, ...deal, provenance, kind: 'insider_trade' });
    expect(await appendRecords(embedded.ingest, [record])).toMatchObject({ stored: 1 });
    embedded.close();
    expect(await aion('raise')).toMatchObject({ raised: 1, appended: 1 });
    expect(await aion('raise')).toMatchObject({ raised: 1, appended: 0 });
    expect((await aion('list', '--type', 'insider_buying'))['alerts']).toMatchObject([{ alert: { symbol, layer: 2 } }]);
    expect(await aion('work')).toMatchObject({ events: 1, requests: 1, done: 1, failed: [] });
  });

  it('shows an alert that is raised again with one more trade once, in its newest figures', async () => {
    const embedded = openHome(copy);
    const [, symbol = ''] = Object.keys((await bookOf(embedded)).shares);
    const knownMs = Date.UTC(2026, 1, 27, 5);
    const trade = (filingId: string) =>
      sealRecord({
        ...{ source: 'test', symbols: [symbol], eventMs: knownMs, knownMs, redistributable: true },
        ...{ filingId, person: filingId, role: null, side: 'buy', shares: 1e5, price: 900, currency: 'INR' },
        provenance: { source: 'test', url: 'test:', fetchedMs: knownMs, sha256: '' },
        kind: 'insider_trade',
      });
    await appendRecords(embedded.ingest, [trade('1')]);
    await aion('raise');
    await appendRecords(embedded.ingest, [trade('2')]);
    expect(await aion('raise')).toMatchObject({ appended: 1 });
    expect(await aion('raise')).toMatchObject({ appended: 0 });
    embedded.close();
    const shown = ['list', '--type', 'insider_buying', '--symbol', symbol];
    expect(await aion(...shown)).toMatchObject({
      ...{ from: SESSION, to: SESSION },
      alerts: [{ alert: { metadata: { trades: 2 } } }],
    });
    const [first, second] = (await aion(...shown, '--all'))['alerts'] as { seq: number; supersedes?: number }[];
    expect(second!.supersedes).toBe(first!.seq);
    // A revision asks by its own figures; the moment and the groups are the same, and so is the request.
    expect(await aion('work')).toMatchObject({ events: 2, requests: 1, done: 1, failed: [] });
  });

  it('answers what is asked before the session has bars by the newest whole session, and says so', async () => {
    const sessionDate = '2026-03-02';
    const embedded = openHome(copy);
    const [symbol = '', other = ''] = Object.keys((await bookOf(embedded)).shares);
    const ask = async (about: string, atMs: number) => {
      const alert = { symbol: about, sessionDate, atMs, type: 'insider_buying', score: 0.6 } as const;
      const common = { source: 'records:insider_trade', layer: 2, metadata: {} } as const;
      await makeEventBus(embedded, 'NSE').publish([sealAlert({ ...alert, ...common })]);
      expect(await aion('work')).toMatchObject({ events: 1, requests: 1, done: 1, failed: [], deadLetters: 0 });
      const { id } = sealRequest({
        ...{ exchange: 'NSE', symbol: about, sessionDate, asOfMs: atMs, priority: 0, alertIds: [] },
        groups: ['fundamental', 'technical'],
      });
      return loadFeatureResult(embedded.items, id);
    };
    const early = await ask(symbol, Date.UTC(2026, 2, 2, 5));
    expect(early).toMatchObject({ computedOn: SESSION });
    expect(Object.values(early!['values'] as object).filter((value) => value !== null).length).toBeGreaterThan(5);
    // The session comes in, one share first: who has a bar on it is answered by it, the others are not kept waiting.
    const read = async () => new TextEncoder().encode(`${CSV_HEADER}\n${symbol},${sessionDate},100,101,99,100,5000\n`);
    await importFiles(embedded.ingest, [{ name: 'late.csv', read }]);
    expect(await ask(other, Date.UTC(2026, 2, 2, 6))).toMatchObject({ computedOn: SESSION });
    expect(await ask(symbol, Date.UTC(2026, 2, 2, 7))).toMatchObject({ computedOn: sessionDate });
    embedded.close();
  });

  it('refuses an action that is none', async () => {
    await expect(aion('rais')).rejects.toThrow('expected list, raise, work or dead');
    await expect(aion('list', '--type', 'insider_byuing')).rejects.toThrow(
      /no alert type "insider_byuing"; the nearest: insider_buying; types: unusual_volume, /,
    );
    const none = await printedHere([addAlertsCommand], ['alerts', 'list', '--symbol', 'NOSUCH']);
    expect(none.trim()).toBe(`no alerts of NSE ${SESSION}`);
    await expect(aion('list', '--from', '2026-03-01', '--to', '2026-02-01')).rejects.toThrow('swap them');
  });
});

describe('the scans of the API', () => {
  let served: ServedHome;
  let who: Record<'basic' | 'pro' | 'elite', Member>;
  const get = (member: Member, path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(served.api.url + path, { headers: { authorization: `Bearer ${member.token}`, ...headers } });
  const list = async (member: Member): Promise<ScanList> =>
    ScanList.parse(await (await get(member, '/v1/scans')).json());
  const page = async (member: Member, path: string): Promise<ScanPage> =>
    ScanPage.parse(await (await get(member, `/v1/scans/${path}`)).json());
  /** A scan with more rows than basic sees. */
  const LONG = 'narrow-range-4';

  beforeAll(async () => {
    const copy = newFolder('served');
    cpSync(folder, copy, { recursive: true });
    served = await serveHome(copy);
    const [basic, pro, elite] = await Promise.all([newMember(served, 'basic'), newMember(served, 'pro'), newMember(served, 'elite')]); // prettier-ignore
    who = { basic, pro, elite };
  });
  afterAll(() => served.close());

  it('list every scan and preset with its counts to every tier', async () => {
    const [basic, pro] = [await list(who.basic), await list(who.pro)];
    expect(pro).toMatchObject({
      sessionDate: SESSION,
      visibleRows: null,
      unlockTier: null,
      badges: ['SIMULATED'],
    });
    expect([pro.scans.length, pro.presets.length]).toEqual([READY_SCANS.length, PRESETS.length]);
    expect(basic).toMatchObject({ visibleRows: BASIC_ROWS, unlockTier: 'pro', scans: pro.scans, presets: pro.presets });
    expect(pro.sessions).toEqual([SESSION]);
  });

  it('give basic the first rows of each scan and nothing of any other, however it asks', async () => {
    const book = await bookOf(home);
    const seen = new Set(
      book.entries.flatMap(({ matches }) => matches.slice(0, BASIC_ROWS).map(({ symbol }) => symbol)),
    );
    const long = book.entries.find(({ id }) => id === LONG)!;
    const rows = long.matches.map(({ symbol }) => symbol);
    expect(rows.length).toBeGreaterThan(2 * BASIC_ROWS);
    const hidden = rows.slice(BASIC_ROWS);
    const pro = await page(who.pro, `${LONG}?limit=3`);
    for (const query of [
      '',
      '?tier=elite',
      '?limit=200',
      `?symbol=${hidden[0]}`,
      `?symbol=${hidden[0]!.slice(0, 1)}`,
      `?cursor=${pro.nextCursor}`,
      `?sector=${encodeURIComponent(pro.rows[0]!.sector!)}`,
    ]) {
      const text = await (await get(who.basic, `/v1/scans/${LONG}${query}`)).text();
      const found = ScanPage.parse(JSON.parse(text));
      expect(found).toMatchObject({ verdict: null, gated: { hiddenRows: hidden.length, unlockTier: 'pro' } });
      for (const symbol of hidden) expect(text, query).not.toContain(`"${symbol}"`);
      // A row names no other scan beyond the rows that basic sees of it.
      for (const row of found.rows) {
        for (const id of row.alsoIn) {
          const others = book.entries.find((entry) => entry.id === id)!.matches.slice(0, BASIC_ROWS);
          expect(others.map(({ symbol }) => symbol)).toContain(row.symbol);
        }
      }
    }
    for (const entry of book.entries) {
      const text = await (await get(who.basic, `/v1/scans/${entry.id}`)).text();
      const symbols = ScanPage.parse(JSON.parse(text)).rows.map(({ symbol }) => symbol);
      expect(symbols).toEqual(entry.matches.slice(0, BASIC_ROWS).map(({ symbol }) => symbol));
      for (const symbol of symbols) expect(seen).toContain(symbol);
    }
  });

  it('the guard bites: the same question as pro names them all', async () => {
    const { matches } = (await bookOf(home)).entries.find(({ id }) => id === LONG)!;
    const text = await (await get(who.pro, `/v1/scans/${LONG}?limit=200`)).text();
    for (const { symbol } of matches) expect(text).toContain(`"${symbol}"`);
    expect(ScanPage.parse(JSON.parse(text)).gated).toBeNull();
    const lowered = await page(who.pro, `${LONG}?tier=basic`);
    expect(lowered.rows).toHaveLength(BASIC_ROWS);
  });

  it('give pro page after page without a hole, and refuse a cursor of elsewhere', async () => {
    const symbols: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const found: ScanPage = await page(who.pro, `${LONG}?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
      symbols.push(...found.rows.map(({ symbol }) => symbol));
      cursor = found.nextCursor;
    }
    const { matches } = (await bookOf(home)).entries.find(({ id }) => id === LONG)!;
    expect(symbols).toEqual(matches.map(({ symbol }) => symbol));
    for (const wrong of ['x', btoa(`${'1'.repeat(16)}:2`).replaceAll('=', '')])
      expect((await get(who.pro, `/v1/scans/${LONG}?cursor=${wrong}`)).status).toBe(422);
  });

  it('say to pro of one symbol why it is not in a scan, and filter by sector', async () => {
    const book = await bookOf(home);
    const entry = book.entries.find(({ id }) => id === 'golden-cross')!;
    const outside = Object.keys(book.shares).find((symbol) => entry.matches.every((match) => match.symbol !== symbol))!;
    const { verdict, rows } = await page(who.pro, `golden-cross?symbol=${outside.toLowerCase()}`);
    expect(rows).toEqual([]);
    expect(verdict).toMatchObject({ symbol: outside, state: 'failed' });
    expect(verdict!.reasons[0]!.title).toMatch(/not crossing above/);
    const { sectors } = await list(who.pro);
    const bySector = await page(who.pro, `${LONG}?sector=${encodeURIComponent(sectors[0]!)}`);
    expect(bySector.rows.every(({ sector }) => sector === sectors[0])).toBe(true);
  });

  it('answer 304 to the tag of the same tier and never to that of another', async () => {
    const tagOf = async (member: Member, path: string) => (await get(member, path)).headers.get('etag')!;
    for (const path of ['/v1/scans', `/v1/scans/${LONG}`]) {
      const [basic, pro] = [await tagOf(who.basic, path), await tagOf(who.pro, path)];
      expect((await get(who.pro, path, { 'if-none-match': pro })).status).toBe(304);
      expect((await get(who.basic, path, { 'if-none-match': pro })).status).toBe(200);
      expect(basic).not.toBe(pro);
    }
  });

  it('give CSV to pro and elite, with the labels on top, and to basic none', async () => {
    const path = `/v1/scans/${LONG}/export.csv`;
    expect((await get(who.basic, path)).status).toBe(403);
    for (const member of [who.pro, who.elite]) {
      const text = await (await get(member, path)).text();
      expect(text.split('\r\n')[0]).toBe('# NSE 2026-02-27 narrow-range-4 SIMULATED');
      expect(text).toContain('rank,symbol,name,sector,close,change_frac,');
    }
  });

  it('show nothing of a simulated market where the product runs for subscribers', async () => {
    const deps = {
      ...home,
      exchange: 'NSE',
      mode: 'prod',
      calendar: loadCalendar('NSE'),
      telemetry: silentTelemetry,
      limits: home.config.limits,
      sessionLives: async () => true,
    };
    const verifyToken = async () => ({ userId: 'someone', email: 'someone@example.org' });
    const admitUser = async () => ({ userId: 'someone', email: 'someone@example.org', tier: 'elite', role: 'member' });
    const api = createApi({ ...deps, verifyToken, admitUser } as unknown as ApiDeps);
    for (const path of ['/v1/scans', `/v1/scans/${LONG}`, `/v1/scans/${LONG}/export.csv`]) {
      const response = await api.request(path, { headers: { authorization: 'Bearer x' } });
      expect(Problem.parse(await response.json())).toMatchObject({ status: 404 });
    }
    const shown = createApi({ ...deps, verifyToken, admitUser, mode: 'stub' } as unknown as ApiDeps);
    expect((await shown.request('/v1/scans', { headers: { authorization: 'Bearer x' } })).status).toBe(200);
  });

  it('refuse an unknown scan, session or filter by name', async () => {
    for (const [path, status, words] of [
      ['/v1/scans/nothing', 404, /no scan or preset "nothing"/],
      ['/v1/scans?date=2026-02-26', 404, /2026-02-26 was not scanned/],
      ['/v1/scans/gap-up?limit=500', 400, /limit/],
      ['/v1/scans/gap-up?symbol=%3Cscript%3E', 400, /symbol/],
    ] as const) {
      const response = await get(who.pro, path);
      const problem = Problem.parse(await response.json());
      expect([path, response.status]).toEqual([path, status]);
      expect(`${problem.detail} ${JSON.stringify(problem.errors)}`).toMatch(words);
    }
  });
});

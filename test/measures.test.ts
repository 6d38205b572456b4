import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { executeRun, prepareRun } from '@aion/jobs/runs';
import { loadCalendar } from '@aion/market';
import { appendRecords, sealRecord, type FlagName } from '@aion/market/records';
import { loadReadiness, loadRun } from '@aion/pipeline';
import type { Embedded } from '@aion/runtime';
import { loadActiveSignals, type Signal } from '@aion/signals';
import { daily, removeFolders, simulatedHome, TESTER } from './embedded-home.ts';

const SESSION = '2026-02-27';
const calendar = loadCalendar('NSE');
let home: Embedded;

beforeEach(async () => {
  home = await simulatedHome('measures', { AION_SIMULATED_SYMBOLS: '160' });
});
afterEach(() => home.close());
afterAll(removeFolders);

/** A list of the exchange that was fetched in the morning of the session, with one share on it. */
async function listed(
  flag: FlagName,
  symbol: string,
  detail: string | null,
  over: { from?: string; until?: string; known?: string } = {},
) {
  const { from = `${SESSION}T03:45:00Z`, until, known = `${SESSION}T03:15:00Z` } = over;
  const fromMs = Date.parse(from);
  const knownMs = Date.parse(known);
  const report = await appendRecords({ ...home, clock: home.clock }, [
    sealRecord({
      ...{ kind: 'flag', flag, source: 'nse', symbols: [symbol], detail, redistributable: false },
      ...{ eventMs: fromMs, fromMs, untilMs: until === undefined ? null : Date.parse(until), knownMs },
      provenance: { source: 'nse', url: 'https://example.org/list', fetchedMs: knownMs, sha256: 'a'.repeat(64) },
    }),
  ]);
  expect(report).toMatchObject({ stored: 1, rejected: [] });
}
const resultsOn = (symbol: string, day: string, known?: string) =>
  listed('results', symbol, 'Financial Results', {
    from: `${day}T00:00:00+05:30`,
    until: `${day}T23:59:59+05:30`,
    ...(known === undefined ? {} : { known }),
  });

const signalsOf = async (): Promise<Map<string, Signal>> =>
  new Map((await loadActiveSignals(home.items, 'NSE', SESSION)).map(({ signal }) => [signal.symbol, signal] as const));
const buysOf = (signals: ReadonlyMap<string, Signal>): string[] =>
  [...signals.values()].flatMap(({ side, symbol }) => (side === 'BUY' ? [symbol] : []));

describe('what the exchange says of a share', () => {
  it('cuts it from the universe, ends its validity before its results or warns, each by its rule', async () => {
    await daily(home);
    const before = await signalsOf();
    const [barred, watched, wide, ban, soon, next, late] = buysOf(before);
    expect(late, 'the simulated market has seven buys').toBeDefined();
    await listed('t2t', barred!, 'BE');
    await listed('asm', watched!, 'Stage I');
    await listed('price_band', wide!, '20');
    await listed('fno_ban', ban!, null);
    const third = calendar.nextSession(SESSION, 3);
    await resultsOn(soon!, third);
    await resultsOn(next!, calendar.nextSession(SESSION));
    // Announced on the next day: the run of the session must not know it.
    await resultsOn(late!, third, '2026-02-28T10:00:00Z');
    const run = await daily(home);
    const after = await signalsOf();

    expect([after.has(barred!), after.has(next!)]).toEqual([false, false]);
    const { summary } = (await loadRun(home.items, run.id)).run;
    expect(summary!.rejected.find(({ reason }) => reason === 'flagged')).toMatchObject({ count: 1 });
    expect(summary!.held.find(({ reason }) => reason === 'results_next')).toMatchObject({ count: 1 });
    for (const symbol of [watched!, wide!, late!]) {
      const { warnings, plan } = after.get(symbol)!;
      expect([warnings, plan], symbol).toEqual([undefined, before.get(symbol)!.plan]);
    }
    expect(after.get(ban!)).toMatchObject({ warnings: [{ code: 'fno_ban' }], plan: before.get(ban!)!.plan });
    const { plan, warnings, whatWouldChange } = after.get(soon!)!;
    const last = calendar.nextSession(SESSION, 2);
    expect([plan!.validUntil, warnings!.map(({ code }) => code)]).toEqual([last, ['results']]);
    expect(whatWouldChange).toContain(`No entry in the zone by ${last} lets it expire`);
  });

  it('that becomes known after a signal was published keeps its entry waiting, with the reason', async () => {
    await daily(home, { sessionDate: calendar.previousSession(SESSION) });
    const signals = await signalsOf();
    const [barred, reporting, reported, free] = buysOf(signals);
    const known = `${SESSION}T03:15:00Z`;
    await listed('gsm', barred!, 'Stage II', { known });
    await resultsOn(reporting!, SESSION, known);
    // Of the session that it was made in: no news to it.
    await resultsOn(reported!, calendar.previousSession(SESSION), known);
    await executeRun(home, await prepareRun(home, { kind: 'hourly', actor: TESTER }));
    const { bySignal } = (await loadReadiness(home, 'NSE'))!;
    const found = (symbol: string) => bySignal.get(signals.get(symbol)!.id)!;
    expect(found(barred!)).toMatchObject({
      state: 'WAIT',
      reasons: [{ code: 'measure', flag: 'gsm', detail: 'Stage II' }],
    });
    expect(found(reporting!)).toMatchObject({ state: 'WAIT', reasons: [{ code: 'results', on: SESSION }] });
    for (const symbol of [reported!, free!]) {
      const codes = found(symbol).reasons.map(({ code }) => code);
      expect(codes.filter((code) => code === 'measure' || code === 'results')).toEqual([]);
    }
  });
});

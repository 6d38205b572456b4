import { describe, expect, it } from 'vitest';
import { toEpochDay } from '@aion/core';
import { loadCalendar, type CorporateAction, type DailyBars } from '@aion/market';
import { NO_MEASURES } from '@aion/market/records';
import { adjustedDay, hashPanel, loadPanel, readSession } from './panel.ts';
import type { MarketReader } from '../ports.ts';
import { makeRunMemory } from '../runner/run-memory.ts';
import type { StageContext } from '../runner/stage.ts';

const SESSION = '2026-02-27';
const day = toEpochDay(SESSION);
/** Days of results after the session. */
const [AHEAD, LATER] = ['2026-03-02', '2026-03-09'];

function bars(symbol: string, closes: readonly number[]): DailyBars {
  const column = Float64Array.from(closes);
  const sessionDay = Int32Array.from(closes, (_, i) => day - closes.length + 1 + i);
  return { symbol, sessionDay, open: column, high: column, low: column, close: column, volumeShares: column };
}

function contextOver(
  daily: readonly DailyBars[],
  actions: readonly CorporateAction[] = [],
): StageContext & { daily: DailyBars[] } {
  const held = [...daily];
  const market: MarketReader = {
    exchange: 'NSE',
    simulated: true,
    calendar: loadCalendar('NSE'),
    daily: async () => held,
    index: async () => [],
    hourly: async () => [],
    actions: async () => actions,
    instruments: async () => new Map(),
    quarantined: async () => [],
    identity: async () => ({ symbols: {}, decisions: [] }),
    accepted: async () => [],
    measures: async () => NO_MEASURES,
  };
  return {
    ports: { market } as StageContext['ports'],
    memory: makeRunMemory(),
    progress: () => undefined,
    daily: held,
  };
}

describe('the panel of a session', () => {
  it('has a hash that does not depend on the order of symbols and changes with any value', async () => {
    const [a, b] = [bars('A', [10, 11]), bars('B', [20, 21])];
    const hash = async (daily: DailyBars[]): Promise<string> =>
      (await readSession(contextOver(daily), SESSION)).barsHash;
    expect(await hash([b, a])).toBe(await hash([a, b]));
    expect(await hash([bars('A', [10, 11.05]), b])).not.toBe(await hash([a, b]));
    expect(await hash([bars('C', [10, 11]), b])).not.toBe(await hash([a, b]));
  });

  it('leaves out actions of later sessions, and those that the bars contradict', async () => {
    const action = (symbol: string, exDay: number, value: number): CorporateAction => ({
      symbol,
      exDay,
      kind: 'split_or_bonus',
      value,
    });
    const context = contextOver(
      [bars('HALF', [100, 100, 50, 51]), bars('FLAT', [100, 100, 101, 102])],
      [action('HALF', day - 1, 2), action('HALF', day + 1, 5), action('FLAT', day - 1, 2)],
    );
    const { panel } = await readSession(context, SESSION);
    expect(panel.actions.get('HALF')).toEqual([action('HALF', day - 1, 2)]);
    expect(panel.refuted.map(({ action: refuted }) => refuted.symbol)).toEqual(['FLAT']);
    expect([
      ...adjustedDay(
        panel,
        panel.daily.find(({ symbol }) => symbol === 'HALF')!,
      ).close,
    ]).toEqual([50, 50, 50, 51]);
  });

  it('puts a share under its newest name, with the actions of both names once, and not before the change', async () => {
    const dividend = (symbol: string, exDay: number): CorporateAction => ({
      symbol,
      exDay,
      kind: 'dividend',
      value: 5,
    });
    const older = bars('MOTHERSUMI', [120, 124]);
    const newer = bars('MOTHERSON', [123, 125]);
    const change = toEpochDay('2022-06-09');
    const at = (series: DailyBars, first: number): DailyBars => ({
      ...series,
      sessionDay: Int32Array.from([first, first + 1]),
    });
    const daily = [at(older, change - 2), at(newer, change)];
    const context = contextOver(daily, [
      dividend('MOTHERSUMI', change - 1),
      dividend('MOTHERSON', change - 1),
      dividend('MOTHERSON', change + 1),
    ]);
    const { panel } = await readSession(context, '2022-06-10');
    expect(panel.daily.map(({ symbol, close }) => [symbol, [...close]])).toEqual([['MOTHERSON', [120, 124, 123, 125]]]);
    expect(panel.actions.get('MOTHERSON')).toHaveLength(2);
    expect(panel.actions.has('MOTHERSUMI')).toBe(false);
    expect(panel.renames).toHaveLength(1);
    const before = await readSession(contextOver([at(older, change - 2)]), '2022-06-08');
    expect(before.panel.daily.map(({ symbol }) => symbol)).toEqual(['MOTHERSUMI']);
  });

  it('follows a name that comes back without going round', async () => {
    const there = { from: 'A', to: 'B', fromDay: day - 2, decision: 'confirmed' as const, evidence: 'admin' as const };
    const word = { by: 'asha', why: 'checked', decidedMs: 1 };
    const context = contextOver(
      [bars('A', [10, 11, 12, 13]), { ...bars('B', [5]), sessionDay: Int32Array.of(day - 2) }],
      [{ symbol: 'A', exDay: day - 3, kind: 'dividend', value: 1 }],
    );
    context.ports.market.identity = async () => ({
      symbols: {},
      decisions: [
        { ...there, ...word },
        { ...there, ...word, from: 'B', to: 'A', fromDay: day - 1 },
      ],
    });
    const { panel } = await readSession(context, SESSION);
    expect([...panel.actions.keys()]).toHaveLength(1);
  });

  it('refuses to go on under the old name when an import changed the lake while the run was down', async () => {
    const context = contextOver([bars('A', [10, 11])]);
    const { barsHash } = await readSession(context, SESSION);
    expect((await loadPanel(context, SESSION, barsHash)).daily).toHaveLength(1);
    const resumed = { ...context, memory: makeRunMemory() };
    context.daily[0] = bars('A', [10, 12]);
    await expect(loadPanel(resumed, SESSION, barsHash)).rejects.toThrow(
      /changed by an import while the run was under way; run again/,
    );
  });

  it('hashes every column', () => {
    const panel = {
      sessionDay: day,
      daily: [bars('A', [1, 2])],
      index: [],
      hourly: new Map(),
      actions: new Map(),
      refuted: [],
      instruments: new Map(),
      renames: [],
      refusedRenames: [],
      accepted: [],
      measures: NO_MEASURES,
    };
    const changed = (name: 'open' | 'high' | 'low' | 'close' | 'volumeShares'): string =>
      hashPanel({ ...panel, daily: [{ ...panel.daily[0]!, [name]: Float64Array.of(1, 3) }] }).barsHash;
    const hashes = new Set([
      hashPanel(panel).barsHash,
      ...(['open', 'high', 'low', 'close', 'volumeShares'] as const).map(changed),
    ]);
    hashes.add(hashPanel({ ...panel, accepted: [{ code: 'unexplained_jump', symbol: 'A', day }] }).barsHash);
    const measured = (detail: string | null, results: string): string =>
      hashPanel({
        ...panel,
        measures: { inForce: new Map([['A', [{ flag: 'asm', detail }]]]), resultsDays: new Map([['A', [results]]]) },
      }).barsHash;
    hashes.add(measured('Stage I', AHEAD)).add(measured('Stage II', AHEAD)).add(measured(null, LATER));
    expect(hashes.size).toBe(10);
  });
});

import type { Signal } from '@aion/contracts';
import { describe, expect, it } from 'vitest';
import { basicSignal, fullSignal } from './signal-samples.ts';
import { countTabs, selectSignals, type ListQuery } from './list-query.ts';

const ALL: ListQuery = { tab: 'today', q: '', side: 'all', sort: 'rank', order: 'asc' };
const signals: Signal[] = [
  fullSignal({ rank: 2, symbol: 'BBB', confidence: 0.9 }),
  fullSignal({ rank: 1, symbol: 'CCC', confidence: 0.6, sector: 'Banks' }),
  fullSignal({ rank: 3, symbol: 'AAA', side: 'SELL', plan: null, readiness: null, status: 'ENTERED' }),
  basicSignal({ rank: 4, symbol: 'DDD', status: 'STOPPED' }),
];
const symbols = (query: Partial<ListQuery>) =>
  selectSignals(signals, { ...ALL, ...query }).map((signal) => signal.symbol);

describe('the list', () => {
  it('stands in the order of the rank unless asked otherwise', () => {
    expect(symbols({})).toEqual(['CCC', 'BBB', 'AAA', 'DDD']);
    expect(symbols({ sort: 'symbol', order: 'desc' })).toEqual(['DDD', 'CCC', 'BBB', 'AAA']);
  });

  it('puts rows without the value last in both orders', () => {
    expect(symbols({ sort: 'confidence', order: 'desc' }).at(-1)).toBe('DDD');
    expect(symbols({ sort: 'confidence', order: 'asc' }).at(-1)).toBe('DDD');
    expect(symbols({ sort: 'reward', order: 'asc' }).slice(-2)).toEqual(['AAA', 'DDD']);
  });

  it('finds every word in symbol, name or sector, whatever the case', () => {
    expect(symbols({ q: ' BANKS ccc ' })).toEqual(['CCC']);
    expect(symbols({ q: 'banks bbb' })).toEqual([]);
    expect(symbols({ side: 'SELL' })).toEqual(['AAA']);
  });

  it('puts each signal on the tab of its state, and readiness only where the member sees it', () => {
    expect(countTabs(signals)).toEqual({ today: 4, waiting: 2, ready: 0, open: 1, ended: 1 });
    expect(symbols({ tab: 'ended' })).toEqual(['DDD']);
  });
});

import { makeRng } from '@aion/core';
import { makeFeatureEngine, resolveColumns } from '@aion/features';
import { loadScanSet, ScannerConfig } from '@aion/universe';
import { describe, expect, it } from 'vitest';
import { checkFeatures, checkScans, type LookAheadMarket, tracksOf } from '../src/look-ahead/index.ts';

/** Tests every feature on every timeframe at so many bars of each. */
export function testEveryFeature(market: LookAheadMarket, barsPerTimeframe: number): void {
  describe('look-ahead check of every feature', () => {
    it('finds nothing on any timeframe, ex-dates and holidays among the bars', () => {
      const { columns, nodes } = resolveColumns(['all']);
      const engine = makeFeatureEngine(nodes, columns);
      const check = checkFeatures({ engine, tracks: tracksOf(market), barsPerTimeframe, rng: makeRng('samples') });
      expect(check.violations).toEqual([]);
      expect(check.timeframes.map(({ timeframe }) => timeframe)).toEqual(['1M', '1W', '1D', '4H', '1H', '5m', '1m']);
      expect(check.triples).toBe(check.timeframes.reduce((sum, { bars }) => sum + bars, 0) * columns.length);
      for (const { bars, exDateBars, holidayBars } of check.timeframes) {
        expect(bars).toBeGreaterThanOrEqual(barsPerTimeframe);
        expect(exDateBars).toBeGreaterThan(0);
        expect(holidayBars).toBeGreaterThan(0);
      }
    });
  });
}

/** Tests every scan on so many days. */
export function testEveryScan(market: LookAheadMarket, days: number): void {
  it('look-ahead check of every scan finds nothing', () => {
    const set = loadScanSet(ScannerConfig.parse({}));
    const check = checkScans(market, set, days, makeRng('samples'));
    expect(check.violations).toEqual([]);
    expect(check.triples).toBeGreaterThanOrEqual(days * set.scans.length);
    expect(check.matches).toBeGreaterThan(0);
  });
}

import { ScanList } from '@aion/contracts';
import type { EpochMs, SessionDate } from '@aion/core';
import type { ScanBook } from '@aion/universe';
import { describe, expect, it } from 'vitest';
import { shapeScanList } from './scan-view.ts';

const failed = Array.from({ length: 130 }, (_, at) => ({ symbol: `BROKEN${at}`, reason: 'the column cannot be read' }));
const book: ScanBook = {
  exchange: 'NSE',
  sessionDate: '2026-02-27' as SessionDate,
  simulated: false,
  symbols: 10,
  failed,
  shares: {},
  entries: [],
  set: { scans: [], presets: [] },
  table: 'table',
};
const shaped = (admin: boolean) =>
  ScanList.parse(shapeScanList({ book, scannedAtMs: 0 as EpochMs }, [], 'elite', admin));

describe('symbols that could not be scanned', () => {
  it('are counted for everybody; which and why is told to administrators, as many as one can read', () => {
    expect(shaped(true)).toMatchObject({ failedSymbols: 130, failures: failed.slice(0, 100) });
    expect(shaped(false)).toMatchObject({ failedSymbols: 130, failures: null });
    expect(JSON.stringify(shaped(false))).not.toContain('BROKEN');
  });
});

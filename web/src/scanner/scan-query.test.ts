import type { ScanSummary } from '@aion/contracts';
import { ScanQuery } from '@aion/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanSymbol, firstScan, groupScans, rarest, scanPath } from './scan-query.ts';
import { figureText, verdictWords } from './scan-words.ts';

const scan = (id: string, family: ScanSummary['family'], matches = 1): ScanSummary => ({
  id,
  kind: family === null ? 'preset' : 'scan',
  family,
  title: id,
  meaning: '',
  matches,
  scans: [],
});

describe('what is asked of the API', () => {
  it('takes any typed text as a beginning of a symbol that the contract accepts', () => {
    expect(cleanSymbol(' m&m-be ')).toBe('M&M-BE');
    const seen = { symbols: 0, nothing: 0, cleaned: 0 };
    const typed = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."aZ0&_.- é/'\u202e"), maxLength: 40 }));
    fc.assert(
      fc.property(typed, (text) => {
        const symbol = cleanSymbol(text);
        expect(cleanSymbol(symbol)).toBe(symbol);
        seen[symbol === '' ? 'nothing' : 'symbols']++;
        if (symbol !== '' && symbol !== text) seen.cleaned++;
        if (symbol !== '') expect(ScanQuery.parse({ symbol }).symbol).toBe(symbol);
      }),
      { numRuns: 400 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(10);
  });

  it('names the session always, filters only where there are any, and no page for the export', () => {
    const day = '2026-02-27';
    expect(scanPath(day, { scan: 'gap-up', symbol: '', sector: '' }, { cursor: null })).toBe(
      '/v1/scans/gap-up?date=2026-02-27&limit=50',
    );
    expect(scanPath(day, { scan: 'gap-up', symbol: 'M&M', sector: 'Oil & Gas' }, { cursor: 'a=' })).toBe(
      '/v1/scans/gap-up?date=2026-02-27&symbol=M%26M&sector=Oil+%26+Gas&limit=50&cursor=a%3D',
    );
    expect(scanPath(day, { scan: 'a/b', symbol: '', sector: 'IT' }, 'export')).toBe(
      '/v1/scans/a%2Fb/export.csv?date=2026-02-27&sector=IT',
    );
  });
});

describe('the list of scans', () => {
  const presets = [scan('swing', null)];
  const scans = [scan('gap-up', 'breakout', 8), scan('nr7', 'consolidation', 279), scan('high', 'breakout', 20)];

  it('has the presets first, then each family with all of its scans, and no empty group', () => {
    expect(groupScans({ presets, scans }).map(({ title, scans: of }) => [title, of.map(({ id }) => id)])).toEqual([
      ['Presets', ['swing']],
      ['Breakout', ['gap-up', 'high']],
      ['Consolidation', ['nr7']],
    ]);
    expect(groupScans({ presets: [], scans }).map(({ title }) => title)).toEqual(['Breakout', 'Consolidation']);
    expect([firstScan({ presets, scans }), firstScan({ presets: [], scans }), firstScan({ presets: [], scans: [] })]).toEqual(['swing', 'gap-up', '']); // prettier-ignore
  });

  it('puts the rarest of a symbol’s scans first and leaves out what the list does not hold', () => {
    const byId = new Map(scans.map((each) => [each.id, each]));
    expect(rarest(['nr7', 'gone', 'high', 'gap-up'], byId).map(({ id }) => id)).toEqual(['gap-up', 'high', 'nr7']);
  });
});

describe('figures and verdicts in words', () => {
  it('follow their unit, and what has no value is a dash', () => {
    const said = (value: number | null, unit: Parameters<typeof figureText>[0]['unit']) =>
      figureText({ value, unit }, 'INR');
    expect([said(0.371946, 'frac'), said(-0.05, 'frac'), said(3705.25, 'price')]).toEqual([
      '37.2 %',
      '−5.0 %',
      '3,705.25',
    ]);
    expect([said(1, 'flag'), said(0, 'flag'), said(1_250_000, 'shares'), said(12_300_000, 'money')]).toEqual([
      'yes',
      'no',
      '12.5 L',
      '₹1.23 Cr',
    ]);
    expect([said(-1.4e-9, 'number'), said(null, 'price'), said(0, 'number')]).toEqual(['0.00', '–', '0.00']);
  });

  it('tell apart a miss, an unknown, the gates and the cut', () => {
    const states = ['matched', 'failed', 'unknown', 'gated', 'cut'] as const;
    const words = states.map((state) => verdictWords('TCS', state, 'Breakouts'));
    expect(new Set(words).size).toBe(5);
    for (const sentence of words) expect(sentence).toMatch(/^TCS .*“Breakouts”.*\.$/);
  });
});

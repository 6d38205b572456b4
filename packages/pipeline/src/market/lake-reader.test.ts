import { describe, expect, it } from 'vitest';
import { appendRecords, flagChanges } from '@aion/market/records';
import { makeFixturePorts } from '../../../market/test/fixture-ports.ts';
import { lakeVersionOf, makeLakeReader } from './lake-reader.ts';

const NOW_MS = Date.parse('2026-11-21T10:00:00Z');
const list = (flag: 't2t' | 'asm', fromIso: string, knownIso: string, symbols: readonly string[]) => ({
  flag,
  source: 'nse',
  fromMs: Date.parse(fromIso),
  knownMs: Date.parse(knownIso),
  entries: symbols.map((symbol) => ({ symbol, detail: null })),
  provenance: {
    source: 'nse',
    url: 'https://example.org/list',
    fetchedMs: Date.parse(knownIso),
    sha256: 'a'.repeat(64),
  },
});

describe('measures of the exchange', () => {
  it('are those in force at the instant, by what was known then, and a new list makes another lake version', async () => {
    const ports = makeFixturePorts(new Date(NOW_MS).toISOString());
    const reader = makeLakeReader(ports, 'NSE', false);
    const before = await lakeVersionOf(ports, 'NSE');
    const first = flagChanges([], list('t2t', '2026-02-02T00:00:00Z', '2026-02-01T12:00:00Z', ['ABC', 'XYZ']));
    await appendRecords(ports, first);
    const asm = flagChanges([], list('asm', '2026-02-03T00:00:00Z', '2026-02-02T12:00:00Z', ['ABC']));
    await appendRecords(ports, asm);
    await appendRecords(
      ports,
      flagChanges(first, list('t2t', '2026-02-10T00:00:00Z', '2026-02-09T12:00:00Z', ['ABC'])),
    );
    const at = async (iso: string, knownIso = iso, of = reader) => {
      const { inForce } = await of.measures(Date.parse(iso), Date.parse(knownIso));
      return Object.fromEntries([...inForce].map(([symbol, measures]) => [symbol, measures.map(({ flag }) => flag)]));
    };
    expect(await at('2026-02-01T11:00:00Z')).toEqual({});
    expect(await at('2026-02-02T11:00:00Z')).toEqual({ ABC: ['t2t'], XYZ: ['t2t'] });
    expect(await at('2026-02-05T00:00:00Z')).toEqual({ ABC: ['asm', 't2t'], XYZ: ['t2t'] });
    expect(await at('2026-02-12T00:00:00Z')).toEqual({ ABC: ['asm', 't2t'] });
    // What begins tomorrow is in force then, if it is known today; what becomes known tomorrow is not.
    expect(await at('2026-02-03T04:00:00Z', '2026-02-02T11:00:00Z')).toEqual({ ABC: ['t2t'], XYZ: ['t2t'] });
    expect(await at('2026-02-03T04:00:00Z', '2026-02-02T13:00:00Z')).toEqual({ ABC: ['asm', 't2t'], XYZ: ['t2t'] });
    expect(await at('2026-02-05T00:00:00Z', '2026-02-05T00:00:00Z', makeLakeReader(ports, 'US', false))).toEqual({});
    expect(await lakeVersionOf(ports, 'NSE')).not.toBe(before);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf, measure } from '../cost.ts';
import type { Measured } from './measured.ts';
import { PAID_BY } from './resource-types.ts';
import { callsOfDay, DAY } from './subscriber-day.ts';
import { subscriberDay } from './traffic-lines.ts';

describe('a measured market', () => {
  let measured: Measured;
  const before = process.env['TMPDIR'];
  const folder = mkdtempSync(join(tmpdir(), 'aion-cost-test-'));
  beforeAll(async () => {
    process.env['TMPDIR'] = folder;
    measured = await measure('120');
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks the table at most twice for a list, by a copy of the API with nothing cached', () => {
    const { alone, again } = measured.calls.latest;
    expect(alone.tableRequests).toBeLessThanOrEqual(2);
    expect(alone.readUnits).toBeLessThanOrEqual(2);
    expect(again).toMatchObject({ tableRequests: 0, objectGets: 0 });
  });

  it('has each task of each machine, with what it read and wrote', () => {
    const names = measured.tasks.map(({ job, task }) => `${job} ${task}`);
    for (const name of ['daily bars', 'daily features', 'daily models', 'daily publish', 'hourly refine'])
      expect(names).toContain(name);
    for (const { seconds, peakMb, demand } of measured.tasks) {
      expect(seconds).toBeGreaterThan(0);
      expect(peakMb).toBeGreaterThan(30);
      expect(demand.tableRequests).toBeGreaterThan(0);
    }
    const publish = measured.tasks.find(({ task }) => task === 'publish')!;
    expect(publish.demand.putBytes['snap']).toBeGreaterThan(1000);
  });

  it('gives every service that is paid for a line, each with its price and date', () => {
    const lines = costOf(measured, 5000);
    const services = new Set(lines.map(({ service }) => service));
    for (const service of Object.values(PAID_BY)) expect(services).toContain(service);
    for (const entry of lines) {
      expect(entry.monthlyUsd).toBeCloseTo(entry.quantity * entry.unitPriceUsd, 9);
      expect(entry.withFreeUsd).toBeLessThanOrEqual(entry.monthlyUsd + 1e-9);
      expect(entry.priceDate).toMatch(/^\d{4}-\d{2}$/);
    }
  });

  it('grows with its subscribers by what they ask for, and not by runs', () => {
    const of = (subscribers: number, what: string) =>
      costOf(measured, subscribers).find((entry) => entry.what === what)!.monthlyUsd;
    expect(of(10_000, 'API calls') / of(5000, 'API calls')).toBeCloseTo(2, 6);
    expect(of(100_000, 'models task: vCPU')).toBe(of(100, 'models task: vCPU'));
  });

  it('adds a day up from its calls', () => {
    const day = subscriberDay(measured);
    const { calls } = measured;
    const pages = DAY.listPages + DAY.detailPages;
    expect(day.apiCalls).toBe(Object.values(callsOfDay()).reduce((a, b) => a + b, 0));
    expect(day.readUnits).toBeCloseTo(
      pages * calls.me.alone.readUnits +
        (pages + DAY.statePolls) * calls.market.alone.readUnits +
        DAY.listPages * calls.latest.alone.readUnits +
        DAY.detailPages * calls.detail.alone.readUnits,
      6,
    );
    expect(day.readUnitsCached).toBeLessThan(day.readUnits);
    expect(day.heavyReadUnits).toBeGreaterThan(1.5 * day.readUnits);
  });
});

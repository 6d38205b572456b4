import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ItemTable } from '@aion/core';
import { synthesise } from '../../../../infra/machines/synthesise.ts';
import { line, total, withFreeTier } from './cost-line.ts';
import { eventualReadUnits, itemBytes, strongReadUnits, writeUnits } from './dynamodb-units.ts';
import { alarmMetrics, CONTAINERS, transitionsOf } from './infra-plan.ts';
import { meterItems, noDemand } from './meters.ts';
import { PRICES, type Price } from './prices.ts';
import { FREE, PAID_BY } from './resource-types.ts';
import { FUNCTION_PLAN } from '../../../../infra/function-plan.ts';
import { SCHEDULES } from '../../../../infra/schedule-plan.ts';
import { SOURCE_CALL_S } from './assumptions.ts';
import { lambdaSeconds, startsPerDay } from './run-lines.ts';
import { sourceLines } from './source-lines.ts';
import { DAYS_PER_MONTH } from './subscriber-day.ts';

const source = (path: string): string => readFileSync(new URL(`../../../../infra/${path}`, import.meta.url), 'utf8');
const item = (body: object, more: object = {}) =>
  ({ table: 'product', pk: 'A', sk: 'B', v: 1, body: body as Record<string, unknown>, ...more }) as const;

describe("DynamoDB's units", () => {
  it('round a strong read up to 4 KB, an index read to half of that, and a write up to 1 KB', () => {
    expect([0, 1, 4096, 4097, 5000, 8193].map(strongReadUnits)).toEqual([1, 1, 1, 2, 2, 3]);
    expect(eventualReadUnits(5000)).toBe(1);
    expect([1, 1024, 1025, 5000].map(writeUnits)).toEqual([1, 1, 2, 5]);
  });

  it('count names and values of each attribute', () => {
    // pk A: 3, sk B: 3, body {}: 6, w and a UUID: 37, v 1: 1 + 2, rev 1: 3 + 2.
    expect(itemBytes(item({}))).toBe(3 + 3 + 6 + 37 + 3 + 5);
    expect(itemBytes(item({}, { gsi1pk: 'P', gsi1sk: 'é' }))).toBe(57 + 7 + 8);
  });

  it('are counted at the port: transactions twice, each index once more', async () => {
    const store: ItemTable = {
      get: async () => ({ ...item({ text: 'x'.repeat(5000) }), rev: 1 }),
      put: async () => 1,
      delete: async () => undefined,
      transact: async () => undefined,
      query: async () => ({ items: [{ ...item({ text: 'x'.repeat(3000) }), rev: 1 }], next: 'more' }),
      standBack: async () => undefined,
    };
    const demand = noDemand();
    const table = meterItems(store, demand);
    await table.get({ table: 'product', pk: 'A', sk: 'B' });
    expect(demand).toMatchObject({ tableRequests: 1, readUnits: 2 });
    // One item of 3 KB, and the one more that the adapter reads: 6 KB, two units; half in an index.
    await table.query({ table: 'product', pk: 'A' }, { limit: 1 });
    await table.query({ table: 'product', index: 'gsi1', pk: 'A' }, { limit: 1 });
    expect(demand).toMatchObject({ tableRequests: 3, readUnits: 5 });
    await table.put(item({ text: 'x'.repeat(1500) }, { gsi1pk: 'P', gsi1sk: 'S' }));
    expect(demand.writeUnits).toBe(4);
    await table.transact([{ kind: 'put', item: item({ text: 'x'.repeat(1500) }) }]);
    expect(demand.writeUnits).toBe(8);
  });
});

describe('a line', () => {
  it('is a quantity times its list price: a million calls of 100 ms at 128 MB', () => {
    const calls = line('Lambda', 'calls', 'lambda-request', 1e6, '');
    const work = line('Lambda', 'work', 'lambda-gb-s', 1e6 * 0.1 * (128 / 1024), '');
    expect(calls.monthlyUsd).toBeCloseTo(0.2, 6);
    expect(work.monthlyUsd).toBeCloseTo(0.16667, 4);
    expect(total([calls, work])).toBeCloseTo(0.36667, 4);
    expect(() => line('Lambda', 'work', 'lambda-gb-s', Number.NaN, '')).toThrow(/must be a number/);
  });

  it('takes what is free off once, however many lines share a price', () => {
    const two = withFreeTier([0, 1].map(() => line('Lambda', 'calls', 'lambda-request', 800_000, '')));
    expect(two.map(({ withFreeUsd }) => Number(withFreeUsd.toFixed(6)))).toEqual([0, 0.12]);
  });

  it('has a positive price with a unit, and the date as of which it was known', () => {
    for (const [name, price] of Object.entries(PRICES) as [string, Price][])
      expect({ name, usd: price.usd > 0, unit: price.unit !== '' }).toEqual({ name, usd: true, unit: true });
    expect(line('x', 'y', 'alb-h', 1, '').priceDate).toMatch(/^\d{4}-\d{2}$/);
  });
});

describe('quantities that follow from the infrastructure', () => {
  it('bill a function by its share of a processor', () => {
    expect(lambdaSeconds(1, 1769)).toBeCloseTo(1.5);
    expect(lambdaSeconds(1, 3008)).toBeCloseTo(1.5);
    expect(lambdaSeconds(1, 512)).toBeCloseTo(1.5 * (1769 / 512));
  });

  it('walk the machines: each shard is a transition, and one universe needs no map', () => {
    expect(transitionsOf('daily', 4) - transitionsOf('daily', 2)).toBe(2);
    expect(transitionsOf('daily', 1)).toBeLessThan(transitionsOf('daily', 2));
    // Begin, Request, Prepare, Decide, Refine, Done, and the start.
    expect(transitionsOf('hourly', 1)).toBe(7);
  });

  it('read how often a schedule starts', () => {
    expect(['30 18 * * ? *', '20 10-15 * * ? *', '5 9,13-14 * * ? *', '10 * * * ? *'].map(startsPerDay)).toEqual([
      1, 6, 3, 24,
    ]);
  });

  it('price every job about sources by its schedules, and none twice', () => {
    const lines = sourceLines();
    const own = ['records', 'bars', 'features'] as const;
    const jobs = SCHEDULES.filter(({ target, enabled }) => enabled && own.some((name) => name === target));
    expect(new Set(jobs.map(({ job }) => job))).toEqual(new Set(Object.keys(SOURCE_CALL_S)));
    const calls = lines.find(({ what }) => what === 'sources: calls')!;
    const perDay = jobs.reduce((sum, { cron }) => sum + startsPerDay(cron), 0);
    expect(calls.quantity / perDay).toBeCloseTo(DAYS_PER_MONTH);
    // Nobody waits for vendors for more than there is of a month, one call at a time.
    for (const name of own) {
      const { memoryMb } = FUNCTION_PLAN[name];
      const seconds = (lines.find(({ what }) => what.startsWith(`sources: ${name}`))!.quantity * 1024) / memoryMb;
      expect(seconds).toBeGreaterThan(5000);
      expect(seconds).toBeLessThan(10 * DAYS_PER_MONTH * 3600);
    }
  });

  it('count an alarm on a sum once for each metric in it', () => {
    expect(alarmMetrics(true)).toBe(alarmMetrics(false) + 1);
    expect(alarmMetrics(false)).toBeGreaterThan(40);
  });

  it('have the sizes of the containers as they are deployed', () => {
    const plan = source('resources/containers.ts');
    for (const [name, { vcpus, memoryGb }] of Object.entries(CONTAINERS))
      expect(plan).toContain(`${name}: { cpu: ${vcpus * 1024}, memoryMb: ${memoryGb * 1024}`);
  });
});

describe('what the infrastructure makes', () => {
  const known = [...source('policy/known-types.ts').matchAll(/^ {2}'([^']+)',$/gm)].map(([, type]) => type!);
  const uncovered = (types: readonly string[]) => types.filter((type) => !(type in PAID_BY) && !(type in FREE));

  it('has a line that pays for it, or a reason why it is free: every type that the policy allows', () => {
    expect(known.length).toBeGreaterThan(45);
    expect(uncovered(known)).toEqual([]);
  });

  it('and every type of the CloudFormation stacks', () => {
    const stacks = synthesise({ stage: 'prod', production: true, logRetentionDays: 30, live: true });
    const types = [stacks.machines, stacks.monitoring, stacks.overview].flatMap((template) =>
      Object.values(template.Resources).map((one) => one.Type),
    );
    expect(types.length).toBeGreaterThan(40);
    expect(uncovered([...new Set(types)])).toEqual([]);
  });

  it('a NAT gateway that someone adds is missed by name', () => {
    expect(uncovered([...known, 'aws:ec2/natGateway:NatGateway'])).toEqual(['aws:ec2/natGateway:NatGateway']);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { every } from '@aion/adapters/system/every';
import { AppError, makeFrozenClock, silentTelemetry, type ItemTable, type Telemetry } from '@aion/core';
import { setFlag } from '@aion/trading';
import { makeHeartbeat, runsCheck, saveScheduleBeat, scheduleBeatCheck } from './checks.ts';
import { makeHealth } from './health.ts';

const itemTable = (): ItemTable => makeSqliteItemTable(openStateFile(':memory:'), clock);
const clock = makeFrozenClock(1_772_000_000_000);
const options = { clock, telemetry: silentTelemetry, every, keepMs: 1000 };

describe('the health of the product', () => {
  it('is looked at once a second, however many ask', async () => {
    const look = vi.fn(() => 'fine');
    const health = makeHealth([{ name: 'state', look }], options);
    await Promise.all(Array.from({ length: 100 }, () => health()));
    expect(await health()).toEqual([{ name: 'state', ok: true, detail: 'fine' }]);
    expect(look).toHaveBeenCalledTimes(1);
    clock.set(clock.nowMs() - 86_400_000);
    clock.advance(1000);
    await health();
    expect(look).toHaveBeenCalledTimes(2);
  });

  it('names each part that does not work, one that does not answer too, and logs the change once', async () => {
    const logged: unknown[] = [];
    const telemetry: Telemetry = {
      ...silentTelemetry,
      log: (level, message, fields) => logged.push([level, message, fields?.['part']]),
    };
    let broken = true;
    const state = {
      name: 'state',
      look: () => {
        if (broken) throw new AppError('corrupt', 'the file is no database');
        return 'fine';
      },
    };
    const stuck = { name: 'lake', look: () => new Promise<string>(() => undefined) };
    const health = makeHealth([state, stuck], { ...options, telemetry, patienceMs: 5 });
    expect(await health()).toEqual([
      { name: 'state', ok: false, detail: 'the file is no database' },
      { name: 'lake', ok: false, detail: 'no answer within 5 ms' },
    ]);
    clock.advance(1000);
    await health();
    broken = false;
    clock.advance(1000);
    await health();
    expect(logged).toEqual([
      ['error', 'a part does not work', 'state'],
      ['error', 'a part does not work', 'lake'],
      ['info', 'a part works again', 'state'],
    ]);
  });

  it('knows a schedule that stands still from one that is not expected', () => {
    const heart = makeHeartbeat(clock, 180_000);
    clock.advance(500_000);
    expect(heart.check.look()).toMatch(/this server has none/);
    heart.expect();
    clock.advance(180_000);
    expect(heart.check.look()).toBe('it moves');
    clock.advance(1);
    expect(() => heart.check.look()).toThrow(/has not moved for 180 s/);
    heart.beat();
    expect(heart.check.look()).toBe('it moves');
  });

  it('awaits the first call of a schedule elsewhere for some hours, and not for ever', async () => {
    const [now, items] = [makeFrozenClock(1_772_000_000_000), itemTable()];
    const look = () => scheduleBeatCheck(items, now).look();
    const HOUR_MS = 3_600_000;
    expect(await look()).toBe('it has not called yet');
    now.advance(2 * HOUR_MS);
    expect(await look()).toBe('it has not called yet');
    now.advance(HOUR_MS);
    await expect(look()).rejects.toThrow(/has never called since 2026/);
    await saveScheduleBeat(items, now);
    expect(await look()).toMatch(/called last at/);
    now.advance(3 * HOUR_MS);
    await expect(look()).rejects.toThrow(/it should each hour/);
  });

  it('does not take a stored time that is none for a call, nor for a time to wait from', async () => {
    const now = makeFrozenClock(1_772_000_000_000);
    for (const sk of ['SCHEDULE', 'SCHEDULE-AWAITED']) {
      for (const body of [{}, { atMs: null }, { atMs: 'soon' }]) {
        const items = itemTable();
        await items.put({ table: 'product', pk: 'HEALTH', sk, v: 1, body });
        const look = async (): Promise<string> => scheduleBeatCheck(items, now).look();
        await expect(look()).rejects.toMatchObject({
          code: 'corrupt',
          message: expect.stringMatching(new RegExp(`HEALTH ${sk} cannot be read: atMs: .*; `)) as string,
        });
      }
    }
  });

  it('owes no run that an administrator holds', async () => {
    // After midnight in Mumbai: the daily run of the 27th should have succeeded.
    const [now, items] = [makeFrozenClock(Date.parse('2026-02-28T00:30:00+05:30')), itemTable()];
    const profile = async () => ({ simulated: false, asOfMs: null, played: null });
    const look = async (): Promise<string> => runsCheck({ items, clock: now, profile }, () => false).look();
    await expect(look()).rejects.toThrow(/no daily run has succeeded for 2026-02-27/);
    const held = { on: false, reason: 'a look at the data', by: 'admin@aion.test' };
    await setFlag(items, now, 'scheduled-runs', held);
    expect(await look()).toMatch(/^none yet; none is owed: .*a look at the data/);
    await setFlag(items, now, 'scheduled-runs', { ...held, on: true });
    await expect(look()).rejects.toThrow(/no daily run has succeeded/);
    await items.put({ table: 'product', pk: 'FLAGS', sk: 'scheduled-runs', v: 1, body: { on: 'yes' } });
    await expect(look()).rejects.toThrow(/stored flag FLAGS scheduled-runs cannot be read/);
  });
});

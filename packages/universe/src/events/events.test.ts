import { beforeEach, describe, expect, it } from 'vitest';
import { makeFrozenClock, silentTelemetry, type ItemTable, type Telemetry } from '@aion/core';
import { makeSqliteItemTable } from '../../../adapters/src/sqlite/item-table.ts';
import { makeSqliteQueue } from '../../../adapters/src/sqlite/queue.ts';
import { openStateFile } from '../../../adapters/src/sqlite/state-file.ts';
import { sealAlert, type Alert, type AlertType } from '../alerts/alert.ts';
import {
  BridgeRules,
  laneOf,
  loadFeatureResult,
  makeBridge,
  makeEventBus,
  makeFeatureWorker,
  sealRequest,
  type EventBus,
  type FeatureQueues,
  type FeatureRequest,
} from './index.ts';

const START = Date.UTC(2026, 1, 27, 12);
let clock: ReturnType<typeof makeFrozenClock>;
let items: ItemTable;
let queues: FeatureQueues;
let bus: EventBus;
let logged: string[];
let telemetry: Telemetry;

beforeEach(() => {
  clock = makeFrozenClock(START);
  const state = openStateFile(':memory:');
  items = makeSqliteItemTable(state, clock);
  const queue = (lane: string) => makeSqliteQueue(state, clock, `features-${lane}`, { maxDeliveries: 3 });
  queues = { urgent: queue('urgent'), normal: queue('normal'), idle: queue('idle') };
  logged = [];
  telemetry = { ...silentTelemetry, log: (_level, message) => void logged.push(message) };
  bus = makeEventBus({ items, clock, telemetry }, 'NSE');
});

const alert = (symbol: string, type: AlertType = 'price_breakout', score = 0.9, sessionDate = '2026-02-27'): Alert =>
  sealAlert({ symbol, type, score, sessionDate, atMs: START, source: 'scan:x', layer: 1, metadata: {} });
const symbols = (events: readonly { readonly alert: Alert }[]): string[] => events.map((event) => event.alert.symbol);
const replayed = async (from: number): Promise<number[]> => {
  const seen: number[] = [];
  await bus.replay(from, async ({ seq }) => void seen.push(seq));
  return seen;
};

describe('the event bus', () => {
  it('keeps every alert once, numbered without a hole, however often it is published', async () => {
    expect((await bus.publish([alert('A'), alert('B'), alert('A')])).appended.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await bus.publish([alert('B'), alert('C')])).toMatchObject({ appended: [{ seq: 3 }], duplicates: 1 });
    expect(await bus.publish([alert('A')])).toMatchObject({ appended: [], duplicates: 1 });
    expect(await replayed(1)).toEqual([1, 2, 3]);
  });

  it('appends an alert with other figures as a revision, and history shows the newest of each', async () => {
    const bought = (trades: number, score: number): Alert => {
      const { id: _, ...draft } = alert('A', 'insider_buying', score);
      return sealAlert({ ...draft, source: 'records:insider_trade', metadata: { trades } });
    };
    const day = { from: '2026-02-27', to: '2026-02-27' } as const;
    await bus.publish([alert('B'), bought(1, 0.6)]);
    const again = await bus.publish([bought(2, 0.7), alert('B')]);
    expect(again).toMatchObject({ appended: [{ seq: 3, supersedes: 2 }], duplicates: 1 });
    expect((await bus.publish([bought(2, 0.7)])).appended).toEqual([]);
    const shown = await bus.history(day);
    expect(shown.map(({ seq, alert: { metadata } }) => [seq, metadata['trades'] ?? null])).toEqual([
      [1, null],
      [3, 2],
    ]);
    expect((await bus.history({ ...day, superseded: true })).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await replayed(1)).toEqual([1, 2, 3]);
    // Back to what it was is a revision too, also of one that was published with it.
    const back = await bus.publish([bought(1, 0.6), bought(3, 0.8)]);
    expect(back.appended.map(({ seq, supersedes }) => [seq, supersedes])).toEqual([
      [4, 3],
      [5, 4],
    ]);
    expect((await bus.history({ ...day, type: 'insider_buying' })).map(({ seq }) => seq)).toEqual([5]);
  });

  it('takes up a session whose list is of an older shape', async () => {
    const key = { table: 'product', pk: 'EVENTS#NSE', sk: 'IDS#2026-02-27' } as const;
    await items.put({ ...key, v: 1, body: { ids: ['an id of the whole content'] } });
    expect((await bus.publish([alert('A')])).appended).toHaveLength(1);
    expect((await bus.publish([alert('A')])).appended).toEqual([]);
  });

  it('of two who publish the same at once keeps one, and of others all', async () => {
    const other = makeEventBus({ items, clock, telemetry }, 'NSE');
    const many = (from: number) => Array.from({ length: 60 }, (_, i) => alert(`S${from + i}`));
    await Promise.all([bus.publish(many(0)), other.publish(many(30)), bus.publish(many(60))]);
    const seen = await replayed(1);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(new Set(symbols(await bus.history({ from: '2026-02-27', to: '2026-02-27' }))).size).toBe(120);
  });

  it('takes more alerts at once than one transaction holds', async () => {
    const many = Array.from({ length: 4500 }, (_, i) =>
      alert(`S${i}`, 'price_breakout', 0.5, ['2026-02-25', '2026-02-26', '2026-02-27'][i % 3]),
    );
    expect((await bus.publish(many)).appended).toHaveLength(4500);
    expect(await replayed(4400)).toEqual(Array.from({ length: 101 }, (_, i) => 4400 + i));
    expect((await bus.history({ from: '2026-02-26', to: '2026-02-26' })).length).toBe(1500);
    expect((await bus.publish(many)).duplicates).toBe(4500);
  });

  it('answers history by session and type, and replays from any place', async () => {
    await bus.publish([alert('OLD', 'price_breakout', 0.9, '2026-02-25')]);
    await bus.publish([alert('A'), alert('B', 'unusual_volume')]);
    await bus.publish(Array.from({ length: 130 }, (_, i) => alert(`S${i}`, 'momentum_shift')));
    expect(symbols(await bus.history({ from: '2026-02-24', to: '2026-02-26' }))).toEqual(['OLD']);
    const volume = await bus.history({ from: '2026-02-27', to: '2026-02-27', type: 'unusual_volume' });
    expect(symbols(volume)).toEqual(['B']);
    expect((await replayed(100))[0]).toBe(100);
    expect(await replayed(100)).toHaveLength(34);
    expect(await replayed(134)).toEqual([]);
  });

  it('calls the other handlers when one fails, and shows who failed', async () => {
    const heard: string[] = [];
    bus.subscribe('broken', '*', async () => {
      throw new Error('no');
    });
    const stop = bus.subscribe('good', 'price_breakout', async (event) => void heard.push(event.alert.symbol));
    const { failures } = await bus.publish([alert('A'), alert('B', 'unusual_volume')]);
    expect(heard).toEqual(['A']);
    expect(failures).toEqual([
      { handler: 'broken', seq: 1, message: 'no' },
      { handler: 'broken', seq: 2, message: 'no' },
    ]);
    expect(logged).toHaveLength(2);
    stop();
    await bus.publish([alert('C'), alert('A')]);
    expect(heard).toEqual(['A']);
  });

  it('stops a replay at a handler that fails, so that nothing is skipped', async () => {
    await bus.publish([alert('A'), alert('B'), alert('C')]);
    const seen: number[] = [];
    const handler = async ({ seq }: { seq: number }) => {
      if (seq === 2) throw new Error('no');
      seen.push(seq);
    };
    await expect(bus.replay(1, handler)).rejects.toThrow('no');
    expect(seen).toEqual([1]);
  });
});

const received = async (lane: keyof FeatureQueues): Promise<FeatureRequest[]> =>
  (await queues[lane].receive({ max: 10, visibilityMs: 60_000 })).map(({ body }) => JSON.parse(body) as FeatureRequest);
const bridgeOf = (rules: Partial<BridgeRules> = {}) =>
  makeBridge({ items, clock, bus, queues }, { ...BridgeRules.parse({}), ...rules });

describe('the bridge', () => {
  it('makes one request of a symbol’s alerts, with the groups that their types need, on the lane of its priority', async () => {
    await bus.publish([
      alert('A', 'price_breakout', 0.9),
      alert('A', 'news_sentiment', 0.5),
      alert('B', 'social_sentiment', 0.5),
    ]);
    expect(await bridgeOf().catchUp()).toEqual({ events: 3, requests: 2 });
    const [urgent] = await received('urgent');
    expect(urgent).toMatchObject({
      symbol: 'A',
      priority: 0.9,
      groups: ['price_action', 'sentiment', 'smart_money', 'technical'],
    });
    expect(urgent!.alertIds).toHaveLength(2);
    expect(await received('normal')).toEqual([]);
    expect((await received('idle')).map(({ symbol }) => symbol)).toEqual(['B']);
  });

  it('sends when the batch is full or old enough, and not before', async () => {
    const bridge = bridgeOf({ maxBatch: 3, maxWaitMs: 1000 });
    bus.subscribe('bridge', '*', bridge.notice);
    await bus.publish([alert('A'), alert('B')]);
    await bridge.tick();
    expect(await received('urgent')).toEqual([]);
    await bus.publish([alert('C')]);
    expect(await received('urgent')).toHaveLength(3);
    await bus.publish([alert('D')]);
    clock.advance(999);
    await bridge.tick();
    expect(await received('urgent')).toEqual([]);
    clock.advance(1);
    await bridge.tick();
    expect((await received('urgent')).map(({ symbol }) => symbol)).toEqual(['D']);
  });

  it('goes on where the last sending ended, with what other processes published, and sends nothing twice', async () => {
    await bus.publish([alert('A'), alert('B')]);
    expect(await bridgeOf().catchUp()).toEqual({ events: 2, requests: 2 });
    await makeEventBus({ items, clock, telemetry }, 'NSE').publish([alert('C')]);
    await bus.publish([alert('D')]);
    expect(await bridgeOf({ maxBatch: 1 }).catchUp()).toEqual({ events: 2, requests: 2 });
    expect(await bridgeOf().catchUp()).toEqual({ events: 0, requests: 0 });
    expect((await received('urgent')).map(({ symbol }) => symbol)).toEqual(['A', 'B', 'C', 'D']);
  });

  it('sends again what a queue did not take, and what it took only once', async () => {
    await bus.publish([alert('A'), alert('B')]);
    let down = true;
    const flaky: FeatureQueues['urgent'] = {
      ...queues.urgent,
      async send(message) {
        if (down && message.groupId === 'B') throw new Error('down');
        await queues.urgent.send(message);
      },
    };
    const bridge = makeBridge({ items, clock, bus, queues: { ...queues, urgent: flaky } }, BridgeRules.parse({}));
    await expect(bridge.catchUp()).rejects.toThrow('down');
    down = false;
    await bridge.catchUp();
    expect((await received('urgent')).map(({ symbol }) => symbol)).toEqual(['A', 'B']);
  });

  it('leaves the place where it is when another bridge is further by the time it has sent', async () => {
    await bus.publish([alert('A')]);
    let overtaken = false;
    const overtake: FeatureQueues['urgent'] = {
      ...queues.urgent,
      async send(message) {
        await queues.urgent.send(message);
        if (overtaken) return;
        overtaken = true;
        await bus.publish([alert('B')]);
        expect(await bridgeOf().catchUp()).toMatchObject({ events: 2 });
      },
    };
    const slow = makeBridge({ items, clock, bus, queues: { ...queues, urgent: overtake } }, BridgeRules.parse({}));
    expect(await slow.catchUp()).toMatchObject({ events: 1 });
    expect(overtaken).toBe(true);
    expect(await bridgeOf().catchUp()).toEqual({ events: 0, requests: 0 });
  });

  it('asks by the newest figures of an alert', async () => {
    await bus.publish([alert('A', 'price_breakout', 0.9), alert('A', 'price_breakout', 0.4)]);
    expect(await bridgeOf().catchUp()).toEqual({ events: 2, requests: 1 });
    expect(await received('urgent')).toEqual([]);
    expect(await received('normal')).toMatchObject([{ symbol: 'A', priority: 0.4 }]);
  });

  it('takes another mapping from its configuration and refuses an unknown type or group', () => {
    const own = BridgeRules.parse({ mapping: { price_breakout: { groups: ['technical'], weight: 0.5 } } });
    expect(own.mapping.price_breakout.groups).toEqual(['technical']);
    expect(own.mapping.unusual_volume.weight).toBe(0.9);
    expect(BridgeRules.safeParse({ mapping: { moon_phase: { groups: ['technical'], weight: 1 } } }).success).toBe(
      false,
    );
    expect(BridgeRules.safeParse({ mapping: { price_breakout: { groups: ['stars'], weight: 1 } } }).success).toBe(
      false,
    );
  });
});

const request = (symbol: string, priority: number): FeatureRequest =>
  sealRequest({
    exchange: 'NSE',
    symbol,
    sessionDate: '2026-02-27',
    asOfMs: START,
    groups: ['technical'],
    priority,
    alertIds: [],
  });
const send = (one: FeatureRequest, deduplicationId = one.id): Promise<void> =>
  queues[laneOf(one.priority)].send({ body: JSON.stringify(one), groupId: one.symbol, deduplicationId });

describe('the worker', () => {
  let computed: string[];
  const workerOf = (over: Partial<Parameters<typeof makeFeatureWorker>[0]> = {}) =>
    makeFeatureWorker({
      items,
      clock,
      telemetry,
      queues,
      visibilityMs: 1000,
      async computeFeatures({ symbol }) {
        computed.push(symbol);
        return { symbol };
      },
      ...over,
    });
  beforeEach(() => {
    computed = [];
  });

  it('works the most urgent off first, across lanes and within one', async () => {
    for (const one of [request('IDLE', 0.1), request('HIGH', 0.8), request('HIGHEST', 0.95), request('MID', 0.5)])
      await send(one);
    const worker = workerOf();
    while ((await worker.step()).done.length > 0);
    expect(computed).toEqual(['HIGHEST', 'HIGH', 'MID', 'IDLE']);
  });

  it('has one effect of a request that is delivered twice', async () => {
    const one = request('A', 0.9);
    await send(one);
    await send(one, 'sent again under another name');
    const worker = workerOf();
    expect((await worker.step()).done).toEqual([one.id]);
    expect((await worker.step()).repeated).toEqual([one.id]);
    expect(computed).toEqual(['A']);
    expect(await loadFeatureResult(items, one.id)).toEqual({ symbol: 'A' });
  });

  it('killed between effect and acknowledgement, leaves one effect and a message that is only acknowledged', async () => {
    const one = request('A', 0.9);
    await send(one);
    const killed = workerOf({
      crashPoint: (name) => {
        if (name === 'stored') throw new Error('killed');
      },
    });
    expect((await killed.step()).done).toEqual([]);
    expect(await loadFeatureResult(items, one.id)).toEqual({ symbol: 'A' });
    clock.advance(1001);
    expect(await workerOf().step()).toMatchObject({ done: [], repeated: [one.id] });
    expect(computed).toEqual(['A']);
    clock.advance(1001);
    expect(await workerOf().step()).toEqual({ done: [], repeated: [], failed: [] });
  });

  it('that is too slow and overtaken adds no second effect', async () => {
    const one = request('A', 0.9);
    await send(one);
    const slow = workerOf({
      async computeFeatures() {
        clock.advance(1001);
        await workerOf().step();
        return { symbol: 'late' };
      },
    });
    expect((await slow.step()).repeated).toEqual([one.id]);
    expect(await loadFeatureResult(items, one.id)).toEqual({ symbol: 'A' });
  });

  it('goes on when one request fails or cannot be read, and shows what was given up', async () => {
    await send(request('BAD', 0.99));
    await send(request('GOOD', 0.9));
    await queues.urgent.send({ body: 'no json', groupId: 'x', deduplicationId: 'x' });
    const worker = workerOf({
      async computeFeatures({ symbol }) {
        if (symbol === 'BAD') throw new Error('no bars');
        computed.push(symbol);
        return {};
      },
    });
    const first = await worker.step();
    expect(first.failed).toHaveLength(2);
    expect(first.done).toHaveLength(1);
    for (let i = 0; i < 3; i++) {
      clock.advance(1001);
      await worker.step();
    }
    expect((await worker.deadLetters()).map(({ groupId }) => groupId).sort()).toEqual(['BAD', 'x']);
    expect(logged.filter((line) => line === 'a feature request failed').length).toBe(6);
  });
});

import {
  type Exchange,
  bodyOf,
  changeItem,
  type Clock,
  type ItemTable,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { z } from 'zod';
import { ALERT_TYPES, type AlertType } from '../alerts/alert.ts';
import { newestOf, type EventBus } from './event-bus.ts';
import { cursorKey, type BusEvent } from './event-page.ts';
import { FEATURE_GROUPS, laneOf, sealRequest, type FeatureQueues, type FeatureRequest } from './feature-request.ts';

const Mapping = z.strictObject({
  groups: z.array(z.enum(FEATURE_GROUPS)).min(1),
  /** Times the alert's score: what a type of alert is worth. */
  weight: z.number().min(0).max(1),
});

const DEFAULT_MAPPING: Readonly<Record<AlertType, z.infer<typeof Mapping>>> = {
  unusual_volume: { groups: ['price_action', 'technical', 'microstructure'], weight: 0.9 },
  price_breakout: { groups: ['price_action', 'technical', 'smart_money'], weight: 1 },
  momentum_shift: { groups: ['technical', 'smart_money'], weight: 0.8 },
  insider_buying: { groups: ['fundamental', 'technical'], weight: 0.7 },
  options_flow: { groups: ['microstructure', 'technical'], weight: 0.8 },
  news_sentiment: { groups: ['sentiment', 'technical'], weight: 0.7 },
  social_sentiment: { groups: ['sentiment'], weight: 0.4 },
  market_correlation: { groups: ['cross_asset'], weight: 0.5 },
  sector_rotation: { groups: ['cross_asset', 'technical'], weight: 0.6 },
};

/** How alerts become feature requests: which groups each type needs, and how large and old a batch may grow. */
export const BridgeRules = z.strictObject({
  mapping: z
    .partialRecord(z.enum(ALERT_TYPES), Mapping)
    .default({})
    .transform((own): Record<AlertType, z.infer<typeof Mapping>> => ({ ...DEFAULT_MAPPING, ...own })),
  maxBatch: z.int().positive().default(100),
  maxWaitMs: z.int().min(0).default(2000),
});
export type BridgeRules = z.infer<typeof BridgeRules>;

export interface Bridge {
  /** Hears of a new event: subscribe it to the bus. Sends once a batch is full. */
  notice(event: BusEvent): Promise<void>;
  /** Sends when the first event that was noticed has waited long enough. Call it every so often. */
  tick(): Promise<void>;
  /** Sends what every event asks for behind the last one that was sent, also those from before a crash and of other processes. */
  catchUp(): Promise<{ readonly events: number; readonly requests: number }>;
}

const CURSOR = 'bridge';

/**
 * From alerts to feature requests on the durable queues, in batches: within one a symbol's alerts become one request with the groups of
 * all. What was noticed only wakes it; the events are read off the bus from a kept place, which moves behind the sending. After a
 * crash events are sent again, and the request's id makes them one.
 */
export function makeBridge(
  ports: { readonly items: ItemTable; readonly clock: Clock; readonly bus: EventBus; readonly queues: FeatureQueues },
  rules: BridgeRules,
): Bridge {
  const { items, clock, bus, queues } = ports;
  let noticed = 0;
  let openedMs = 0;

  const send = async (batch: readonly BusEvent[]): Promise<number> => {
    const requests = requestsOf(bus.exchange, batch, rules);
    for (const request of requests) {
      await queues[laneOf(request.priority)].send({
        body: JSON.stringify(request),
        groupId: request.symbol,
        deduplicationId: request.id,
      });
    }
    await advance(items, bus.exchange, batch.at(-1)!.seq + 1);
    return requests.length;
  };
  const catchUp = async (): Promise<{ events: number; requests: number }> => {
    let events = 0;
    let requests = 0;
    let batch: BusEvent[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      requests += await send(batch);
      events += batch.length;
      batch = [];
    };
    await bus.replay(await loadCursor(items, bus.exchange), async (event) => {
      batch.push(event);
      if (batch.length >= rules.maxBatch) await flush();
    });
    await flush();
    noticed = 0;
    return { events, requests };
  };
  return {
    async notice() {
      if (noticed++ === 0) openedMs = clock.nowMs();
      if (noticed >= rules.maxBatch) await catchUp();
    },
    async tick() {
      if (noticed > 0 && clock.nowMs() - openedMs >= rules.maxWaitMs) await catchUp();
    },
    catchUp,
  };
}

/** One request per symbol of a batch, the most urgent first. */
function requestsOf(exchange: Exchange, events: readonly BusEvent[], rules: BridgeRules): FeatureRequest[] {
  const bySymbol = new Map<string, BusEvent[]>();
  for (const event of newestOf(events)) {
    const key = `${event.alert.symbol} ${event.alert.sessionDate}`;
    bySymbol.set(key, [...(bySymbol.get(key) ?? []), event]);
  }
  return [...bySymbol.values()]
    .map((own) => {
      const alerts = own.map(({ alert }) => alert);
      return sealRequest({
        exchange,
        symbol: alerts[0]!.symbol,
        sessionDate: alerts[0]!.sessionDate,
        asOfMs: Math.max(...alerts.map(({ atMs }) => atMs)),
        groups: [...new Set(alerts.flatMap(({ type }) => rules.mapping[type].groups))].sort(),
        priority: Math.max(...alerts.map(({ type, score }) => score * rules.mapping[type].weight)),
        alertIds: [...new Set(alerts.map(({ id }) => id))].sort(),
      });
    })
    .sort((a, b) => b.priority - a.priority || (a.symbol < b.symbol ? -1 : 1));
}

const Cursor = z.strictObject({ nextSeq: z.int().positive() });
const CURSOR_FORM: StoredForm<z.infer<typeof Cursor>> = { what: 'place of the bridge', v: 1, schema: Cursor };

async function loadCursor(items: ItemTable, exchange: Exchange): Promise<number> {
  return placeOf(await items.get(cursorKey(exchange, CURSOR)));
}

const placeOf = (found: StoredItem | undefined): number => bodyOf(found, CURSOR_FORM)?.nextSeq ?? 1;

/** Moves the cursor forward, never back: another bridge may be further. */
async function advance(items: ItemTable, exchange: Exchange, nextSeq: number): Promise<void> {
  await changeItem(
    items,
    cursorKey(exchange, CURSOR),
    (found) => ({
      ...(placeOf(found) >= nextSeq ? {} : { item: { v: CURSOR_FORM.v, body: { nextSeq } } }),
      result: undefined,
    }),
    { what: `the place of the bridge of ${exchange}` },
  );
}

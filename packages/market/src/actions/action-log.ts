import {
  type Exchange,
  type EpochMs,
  type ItemChange,
  type ItemTable,
  type ObjectStore,
  type StoredItem,
  changeItem,
  fromEpochDay,
} from '@aion/core';
import { z } from 'zod';
import { readJsonObject, type PointedForm } from '../pointed-object.ts';
import { CorporateAction, actionKey } from './corporate-action.ts';
import type { SourcedAction } from './parse-actions.ts';

export const ActionEntry = z.strictObject({
  ...CorporateAction.shape,
  /** Who says so: `admin`, `exchange`, or a vendor or file. */
  source: z.string(),
  /** When the entry was written down. */
  recordedMs: z.int(),
  /** This source takes its statement back. */
  withdrawn: z.literal(true).optional(),
  by: z.string().optional(),
  why: z.string().max(500).optional(),
});
/** One statement about a corporate action. Entries are never changed or removed: a correction is another entry. */
export type ActionEntry = z.infer<typeof ActionEntry>;

export interface ActionOrigin {
  readonly source: string;
  readonly recordedMs: EpochMs;
  readonly by?: string;
  readonly why?: string;
}

// What a person decided after looking stands above what a vendor sends again tomorrow.
const RANK: Readonly<Record<string, number>> = { admin: 2, exchange: 1 };

/**
 * The actions that the log stands for at an instant: entries recorded later do not exist yet. Of several sources of one action
 * an admin's word counts before the exchange's and that before a vendor's; of equals the newest. An action that an admin withdrew
 * is gone, whatever vendors say. Where a share's split and bonus of one day are known one by one, a source's sum of
 * both is left out.
 */
export function actionsAsOf(log: readonly ActionEntry[], asOfMs: EpochMs = Infinity): CorporateAction[] {
  const deciding = new Map<string, ActionEntry>();
  const newestOf = new Map<string, ActionEntry>();
  for (const entry of log) {
    if (entry.recordedMs <= asOfMs) newestOf.set(`${actionKey(entry)} ${entry.source}`, entry);
  }
  for (const entry of newestOf.values()) {
    // A vendor that takes its row back says nothing any more; an admin's withdrawal is a statement.
    if (entry.withdrawn && entry.source !== 'admin') continue;
    const key = actionKey(entry);
    const other = deciding.get(key);
    if (other === undefined || outranks(entry, other)) deciding.set(key, entry);
  }
  const effective = [...deciding.values()].filter(({ withdrawn }) => withdrawn !== true);
  const itemised = new Set(
    effective
      .filter(({ kind }) => kind === 'split' || kind === 'bonus')
      .map((entry) => `${entry.symbol} ${entry.exDay}`),
  );
  return effective
    .filter(({ kind, symbol, exDay }) => kind !== 'split_or_bonus' || !itemised.has(`${symbol} ${exDay}`))
    .map(({ symbol, exDay, kind, value, basisDay }) =>
      basisDay === undefined ? { symbol, exDay, kind, value } : { symbol, exDay, kind, value, basisDay },
    )
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const rankOf = ({ source }: ActionEntry): number => RANK[source] ?? 0;

function outranks(a: ActionEntry, b: ActionEntry): boolean {
  if (rankOf(a) !== rankOf(b)) return rankOf(a) > rankOf(b);
  if (a.recordedMs !== b.recordedMs) return a.recordedMs > b.recordedMs;
  // Two vendors in one import: any fixed order will do, as long as it is one.
  return a.source > b.source;
}

const sortKey = (action: CorporateAction): string => `${action.symbol} ${fromEpochDay(action.exDay)} ${action.kind}`;

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const advice = 'restore a backup: what people decided about corporate actions is nowhere else';
const LOG: PointedForm<ActionEntry[]> = {
  what: 'corporate actions',
  v: 2,
  schema: z.array(ActionEntry),
  advice,
};
/** Of before: the newest values alone, without source and time. */
const FIRST_LOG: PointedForm<CorporateAction[]> = {
  what: 'corporate actions',
  v: 1,
  schema: z.array(CorporateAction),
  advice,
};

const logKey = (market: Exchange) => ({ table: 'product', pk: `LAKE#${market}`, sk: 'ACTIONS' }) as const;

/**
 * The whole log, oldest entry first.
 *
 * @example actionsAsOf(await loadActionLog(ingest, 'NSE'), Infinity) // what counts now
 */
export async function loadActionLog(ports: Ports, market: Exchange): Promise<readonly ActionEntry[]> {
  const item = await ports.items.get(logKey(market));
  return item === undefined ? [] : readLog(ports, item);
}

/**
 * The market's corporate actions as they were known at an instant (now, when none is given), by symbol and ex-date.
 *
 * @example const asKnownToday = await loadActions({ items, objects }, 'NSE');
 * @example const asKnownThen = await loadActions({ items, objects }, 'NSE', Date.parse('2026-02-27T10:00:00Z'));
 */
export async function loadActions(
  ports: Ports,
  market: Exchange,
  asOfMs?: EpochMs,
): Promise<readonly CorporateAction[]> {
  return actionsAsOf(await loadActionLog(ports, market), asOfMs);
}

/**
 * Writes down what a source says. Returns how many entries are new: a source that repeats itself adds none, one that says
 * something else adds a correction, which stands beside its earlier word in the log.
 */
export function saveActions(
  ports: Ports,
  market: Exchange,
  actions: readonly SourcedAction[],
  origin: ActionOrigin,
): Promise<number> {
  return append(ports, market, actions, origin, false);
}

/** Takes actions back: by an admin for good, by a source for itself. Returns how many entries are new. */
export function withdrawActions(
  ports: Ports,
  market: Exchange,
  actions: readonly SourcedAction[],
  origin: ActionOrigin,
): Promise<number> {
  return append(ports, market, actions, origin, true);
}

async function append(
  ports: Ports,
  market: Exchange,
  actions: readonly SourcedAction[],
  origin: ActionOrigin,
  withdraw: boolean,
): Promise<number> {
  const add = async (before: StoredItem | undefined): Promise<ItemChange<number>> => {
    const log = before === undefined ? [] : await readLog(ports, before);
    const newest = new Map(log.map((entry) => [`${actionKey(entry)} ${entry.source}`, entry]));
    const fresh: ActionEntry[] = [];
    for (const action of actions) {
      const entry: ActionEntry = { ...origin, ...action, source: action.source ?? origin.source };
      if (withdraw) entry.withdrawn = true;
      const last = newest.get(`${actionKey(entry)} ${entry.source}`);
      // A vendor that restates an equal amount in the shares of another day says nothing new.
      const says = (one: ActionEntry): string => `${one.value} ${one.withdrawn ?? ''}`;
      if (last !== undefined && says(last) === says(entry)) continue;
      newest.set(`${actionKey(entry)} ${entry.source}`, entry);
      fresh.push(entry);
    }
    if (fresh.length === 0) return { result: 0 };
    // In one import the order of the files makes no difference to the bytes.
    fresh.sort((a, b) => (`${sortKey(a)} ${a.source}` < `${sortKey(b)} ${b.source}` ? -1 : 1));
    const whole = [...log, ...fresh];
    const { key, sha256 } = await ports.objects.put(
      `lake/${market}/actions`,
      new TextEncoder().encode(JSON.stringify(whole)),
      '.json',
    );
    return { item: { v: LOG.v, body: { key, sha256, count: whole.length } }, result: fresh.length };
  };
  return changeItem(ports.items, logKey(market), add, { what: `the corporate actions of ${market}` });
}

async function readLog(ports: Pick<Ports, 'objects'>, item: StoredItem): Promise<readonly ActionEntry[]> {
  if (item.v !== FIRST_LOG.v) return readJsonObject(ports.objects, item, LOG);
  const plain = await readJsonObject(ports.objects, item, FIRST_LOG);
  return plain.map((action) => ({ ...action, source: 'import', recordedMs: 0 }));
}

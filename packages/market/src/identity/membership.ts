import {
  type Exchange,
  type EpochMs,
  type ItemChange,
  type ItemTable,
  type ObjectStore,
  SessionDate,
  type StoredItem,
  changeItem,
  fromEpochDay,
  sha256Hex,
} from '@aion/core';
import { z } from 'zod';
import { readJsonObject, type PointedForm } from '../pointed-object.ts';

const MemberList = z.strictObject({
  index: z.string(),
  /** The day the list speaks of. */
  asOfDay: z.int(),
  /** When this product learned of it: nothing before may use it. */
  knownMs: z.int(),
  source: z.string(),
  members: z.array(z.strictObject({ symbol: z.string(), isin: z.string().optional(), sector: z.string().optional() })),
});
/** The members of an index, or of any named universe, on one day. Lists are kept, never changed: their hash is their version. */
export type MemberList = z.infer<typeof MemberList>;

export interface Membership {
  readonly list: MemberList;
  /** Days between the list and the day asked for; negative when the list is from later. */
  readonly ageDays: number;
  /** In words, when the list is of a later day than the one asked for: results on it look better than they were. */
  readonly bias: string | null;
}

const MEMBER_LISTS: PointedForm<MemberList[]> = {
  what: 'lists of members',
  v: 1,
  schema: z.array(MemberList),
  advice: 'restore a backup, then import the lists that came after it again',
};

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const membersKey = (market: Exchange) => ({ table: 'product', pk: `LAKE#${market}`, sk: 'MEMBERS' }) as const;

/** All stored lists, by index and day. */
export async function loadMemberLists(ports: Ports, market: Exchange): Promise<readonly MemberList[]> {
  return readLists(ports, await ports.items.get(membersKey(market)));
}

async function readLists(ports: Ports, item: StoredItem | undefined): Promise<readonly MemberList[]> {
  if (item === undefined) return [];
  return readJsonObject(ports.objects, item, MEMBER_LISTS);
}

/** Keeps a list. The same list of the same index is kept once, with the day it was first known. Returns whether it was new. */
export async function saveMemberList(ports: Ports, market: Exchange, list: MemberList): Promise<boolean> {
  const sorted = { ...list, members: [...list.members].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)) };
  const add = async (before: StoredItem | undefined): Promise<ItemChange<boolean>> => {
    const lists = await readLists(ports, before);
    const text = JSON.stringify(sorted.members);
    // A list that says what the one before it said adds nothing; an earlier day does.
    const earlier = lists.findLast(({ index, asOfDay }) => index === list.index && asOfDay <= list.asOfDay);
    if (earlier !== undefined && JSON.stringify(earlier.members) === text) return { result: false };
    const all = [...lists, sorted].sort((a, b) =>
      a.index < b.index ? -1 : a.index > b.index ? 1 : a.asOfDay - b.asOfDay,
    );
    const { key } = await ports.objects.put(
      `lake/${market}/members`,
      new TextEncoder().encode(JSON.stringify(all)),
      '.json',
    );
    return { item: { v: MEMBER_LISTS.v, body: { key, count: all.length } }, result: true };
  };
  return changeItem(ports.items, membersKey(market), add, { what: `the lists of members of ${market}` });
}

/**
 * What tells one list from another of the same index: its members alone, whatever it was called and whenever it came.
 *
 * @example memberListVersion(list) // '3f9a0c12be77'
 */
export const memberListVersion = ({ members }: MemberList): string => sha256Hex(JSON.stringify(members)).slice(0, 12);

/**
 * The members of an index as of a day, from the newest list of that day or before that was known at `asOfMs`. Where only later lists
 * exist the earliest of them is given with its bias in words; undefined when there is none at all.
 */
export function membersAsOf(
  lists: readonly MemberList[],
  index: string,
  day: number,
  asOfMs: EpochMs = Infinity,
): Membership | undefined {
  const known = lists.filter((list) => list.index === index && list.knownMs <= asOfMs);
  const list = known.findLast(({ asOfDay }) => asOfDay <= day) ?? known[0];
  if (list === undefined) return undefined;
  const ageDays = day - list.asOfDay;
  const bias =
    ageDays >= 0
      ? null
      : `the members of ${index} are known as of ${fromEpochDay(list.asOfDay)} only, ${-ageDays} days after ` +
        `${fromEpochDay(day)}: names that left before are missing, and results on this list look better than they were`;
  return { list, ageDays, bias };
}

/** The index that a constituent file is of, by its name: `ind_nifty500list.csv` → `NIFTY500`; undefined for others. */
export function indexOfFile(name: string): string | undefined {
  const match = /(?:^|\/)(?:ind_)?(nifty[a-z0-9_]*?)_?list[^/]*\.csv/i.exec(name);
  return match?.[1]?.toUpperCase();
}

/** The day in a file's name (`…_20260801.csv`, `…_2026-08-01.csv`), when it has one. */
export function dayOfFile(name: string): SessionDate | undefined {
  const match = /(20\d\d)-?(\d\d)-?(\d\d)(?!\d)/.exec(name);
  const text = match === null ? undefined : `${match[1]}-${match[2]}-${match[3]}`;
  return SessionDate.safeParse(text).data;
}

import {
  type Exchange,
  AppError,
  type EpochMs,
  type ItemTable,
  type ObjectStore,
  type StoredItem,
  changeItem,
} from '@aion/core';
import { z } from 'zod';
import { readJsonObject, type PointedForm } from '../pointed-object.ts';
import type { AcceptedIssue } from './audit-daily.ts';
import { isAcceptable } from './issue.ts';

const Decision = z.strictObject({
  code: z.string(),
  symbol: z.string(),
  day: z.int(),
  by: z.string(),
  why: z.string().min(3).max(500),
  decidedMs: z.int(),
  message: z.string().max(1000).optional(),
  /** The finding holds back again. */
  revoked: z.literal(true).optional(),
});
/** What a person said of one finding. Decisions are kept, the newest of a finding counts. */
export type IssueDecision = z.infer<typeof Decision>;

const DECISIONS: PointedForm<IssueDecision[]> = {
  what: 'decisions about findings',
  v: 1,
  schema: z.array(Decision),
  advice: 'restore a backup: what people decided is nowhere else',
};

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const acceptedKey = (market: Exchange) => ({ table: 'product', pk: `LAKE#${market}`, sk: 'ACCEPTED' }) as const;

/** All decisions about findings, oldest first. */
export async function loadIssueDecisions(ports: Ports, market: Exchange): Promise<readonly IssueDecision[]> {
  return readDecisions(ports, await ports.items.get(acceptedKey(market)));
}

async function readDecisions(ports: Ports, item: StoredItem | undefined): Promise<readonly IssueDecision[]> {
  if (item === undefined) return [];
  return readJsonObject(ports.objects, item, DECISIONS);
}

/** Findings that were looked at and hold nothing back, as decided up to an instant. */
export async function loadAccepted(
  ports: Ports,
  market: Exchange,
  asOfMs: EpochMs = Infinity,
): Promise<AcceptedIssue[]> {
  const newest = new Map<string, IssueDecision>();
  for (const decision of await loadIssueDecisions(ports, market)) {
    if (decision.decidedMs <= asOfMs) newest.set(`${decision.code} ${decision.symbol} ${decision.day}`, decision);
  }
  return [...newest.values()]
    .filter(({ revoked }) => revoked !== true)
    .map(({ code, symbol, day, message }) => ({ code, symbol, day, ...(message !== undefined && { message }) }));
}

/** Writes a decision down: the finding is in order (a real fall, a demerger without a row), or with `revoked` no longer. */
export async function decideIssue(ports: Ports, market: Exchange, decision: IssueDecision): Promise<void> {
  const checked = Decision.parse(decision);
  if (!isAcceptable(checked.code)) {
    throw new AppError(
      'bad_input',
      `a finding of the kind "${checked.code}" cannot be accepted: what is wrong with the bar has to be corrected or imported again`,
    );
  }
  await changeItem(
    ports.items,
    acceptedKey(market),
    async (before) => {
      const all = [...(await readDecisions(ports, before)), checked];
      const bytes = new TextEncoder().encode(JSON.stringify(all));
      const { key } = await ports.objects.put(`lake/${market}/accepted`, bytes, '.json');
      return { item: { v: DECISIONS.v, body: { key, count: all.length } }, result: undefined };
    },
    { what: `the decisions about findings of ${market}` },
  );
}

import { AppError, compactDate, queryAll, type Item, type ItemTable, type Write, unchangedSince } from '@aion/core';
import { z } from 'zod';
import type { PublishedSignal } from '../signal.ts';
import { commitmentOf, entryHash, GENESIS, LedgerEntry, LedgerRoot, merkleRoot, saltOf } from './chain.ts';

const Head = z.strictObject({ seq: z.int().min(0), hash: z.string() });
const BATCH = 40;

const chainKey = (exchange: string) => `LEDGER#${exchange}`;
const seqKey = (seq: number): string => `ENTRY#${String(seq).padStart(9, '0')}`;

/**
 * Appends the signals that are not chained yet, in rank order, and publishes the root of their revision. Each batch moves
 * the head in the same transaction as its entries, so a crash leaves a shorter, valid chain and a retry adds the rest once.
 */
export async function appendToLedger(
  items: ItemTable,
  secret: string,
  exchange: string,
  published: readonly PublishedSignal[],
  root: { sessionDate: string; revision: number; publishedAtMs: number },
): Promise<LedgerRoot> {
  const ordered = [...published].sort((a, b) => a.signal.rank - b.signal.rank);
  const chained = new Map<string, LedgerEntry>();
  for (const entry of ordered) {
    const found = await items.get({ table: 'product', pk: chainKey(exchange), sk: `SIGNAL#${entry.signal.id}` });
    if (found !== undefined) chained.set(entry.signal.id, LedgerEntry.parse(found.body));
  }
  const missing = ordered.filter((entry) => !chained.has(entry.signal.id));
  for (let start = 0; start < missing.length; start += BATCH) {
    const stored = await items.get({ table: 'product', pk: chainKey(exchange), sk: 'HEAD' });
    let head = stored === undefined ? { seq: 0, hash: GENESIS } : Head.parse(stored.body);
    const writes: Write[] = [];
    for (const { signal, publishedAtMs } of missing.slice(start, start + BATCH)) {
      const unhashed = {
        seq: head.seq + 1,
        exchange,
        sessionDate: signal.sessionDate,
        revision: root.revision,
        signalId: signal.id,
        commitment: commitmentOf(saltOf(secret, signal.id), signal),
        publishedAtMs,
        previousHash: head.hash,
      };
      const entry: LedgerEntry = { ...unhashed, hash: entryHash(unhashed) };
      chained.set(signal.id, entry);
      head = { seq: entry.seq, hash: entry.hash };
      writes.push({ kind: 'put', item: ledgerItem(exchange, seqKey(entry.seq), entry), when: { kind: 'absent' } });
      writes.push({ kind: 'put', item: ledgerItem(exchange, `SIGNAL#${signal.id}`, entry), when: { kind: 'absent' } });
    }
    const when = unchangedSince(stored);
    writes.push({ kind: 'put', item: ledgerItem(exchange, 'HEAD', head), when });
    await items.transact(writes);
  }
  return publishRoot(
    items,
    exchange,
    ordered.map((entry) => chained.get(entry.signal.id)!),
    root,
  );
}

async function publishRoot(
  items: ItemTable,
  exchange: string,
  entries: readonly LedgerEntry[],
  root: { sessionDate: string; revision: number; publishedAtMs: number },
): Promise<LedgerRoot> {
  const key = {
    table: 'product',
    pk: chainKey(exchange),
    sk: `ROOT#${compactDate(root.sessionDate)}#${String(root.revision).padStart(4, '0')}`,
  } as const;
  const found = await items.get(key);
  if (found !== undefined) return LedgerRoot.parse(found.body);
  const last = entries.reduce<LedgerEntry | undefined>(
    (best, entry) => (best === undefined || entry.seq > best.seq ? entry : best),
    undefined,
  );
  const body: LedgerRoot = {
    exchange,
    ...root,
    merkleRoot: merkleRoot(entries.map((entry) => entry.hash)),
    headSeq: last?.seq ?? 0,
    headHash: last?.hash ?? GENESIS,
    entries: entries.length,
  };
  await items.put({ ...key, v: 1, body }, { kind: 'absent' });
  return body;
}

function ledgerItem(exchange: string, sk: string, body: Record<string, unknown>): Item {
  return { table: 'product', pk: chainKey(exchange), sk, v: 1, body };
}

/**
 * The whole stored chain of an exchange: its entries and roots in order, and its head (`seq` 0 and the genesis hash while it is empty).
 * Nothing is verified here. Throws AppError(corrupt) for an item that does not parse.
 */
export async function loadLedger(
  items: ItemTable,
  exchange: string,
): Promise<{ entries: LedgerEntry[]; roots: LedgerRoot[]; head: { seq: number; hash: string } }> {
  const [entries, roots, head] = await Promise.all([
    queryAll(items, { table: 'product', pk: chainKey(exchange), prefix: 'ENTRY#' }, 5_000_000),
    queryAll(items, { table: 'product', pk: chainKey(exchange), prefix: 'ROOT#' }, 100_000),
    items.get({ table: 'product', pk: chainKey(exchange), sk: 'HEAD' }),
  ]);
  return {
    entries: entries.map((item) => parsed(LedgerEntry, item.body, item.sk)),
    roots: roots.map((item) => parsed(LedgerRoot, item.body, item.sk)),
    head: head === undefined ? { seq: 0, hash: GENESIS } : parsed(Head, head.body, 'HEAD'),
  };
}

function parsed<T>(schema: z.ZodType<T>, body: unknown, sk: string): T {
  const result = schema.safeParse(body);
  if (!result.success)
    throw new AppError('corrupt', `ledger item ${sk} does not have its shape; restore a backup`, {
      cause: result.error,
    });
  return result.data;
}

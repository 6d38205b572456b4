import {
  type Exchange,
  bodyOf,
  compactDate,
  queryAll,
  type Item,
  type ItemTable,
  type StoredForm,
  type Write,
  unchangedSince,
} from '@aion/core';
import { z } from 'zod';
import type { PublishedSignal } from '../signal.ts';
import { commitmentOf, entryHash, GENESIS, LedgerEntry, LedgerRoot, merkleRoot, saltOf } from './chain.ts';

const Head = z.strictObject({ seq: z.int().min(0), hash: z.string() });
const ENTRY: StoredForm<LedgerEntry> = { what: 'entry of the ledger', v: 1, schema: LedgerEntry };
const ROOT: StoredForm<LedgerRoot> = { what: 'root of the ledger', v: 1, schema: LedgerRoot };
const HEAD: StoredForm<z.infer<typeof Head>> = { what: 'head of the ledger', v: 1, schema: Head };
const BATCH = 40;

const chainKey = (exchange: Exchange) => `LEDGER#${exchange}`;
const seqKey = (seq: number): string => `ENTRY#${String(seq).padStart(9, '0')}`;

/**
 * Appends the signals that are not chained yet, in rank order, and publishes the root of their revision. Each batch moves
 * the head in the same transaction as its entries, so a crash leaves a shorter, valid chain and a retry adds the rest once.
 */
export async function appendToLedger(
  items: ItemTable,
  secret: string,
  exchange: Exchange,
  published: readonly PublishedSignal[],
  root: { sessionDate: string; revision: number; publishedAtMs: number },
): Promise<LedgerRoot> {
  const ordered = [...published].sort((a, b) => a.signal.rank - b.signal.rank);
  const chained = new Map<string, LedgerEntry>();
  for (const entry of ordered) {
    const found = await items.get({ table: 'product', pk: chainKey(exchange), sk: `SIGNAL#${entry.signal.id}` });
    if (found !== undefined) chained.set(entry.signal.id, bodyOf(found, ENTRY));
  }
  const missing = ordered.filter((entry) => !chained.has(entry.signal.id));
  for (let start = 0; start < missing.length; start += BATCH) {
    const stored = await items.get({ table: 'product', pk: chainKey(exchange), sk: 'HEAD' });
    let head = bodyOf(stored, HEAD) ?? { seq: 0, hash: GENESIS };
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
      writes.push({
        kind: 'put',
        item: ledgerItem(exchange, seqKey(entry.seq), ENTRY, entry),
        when: { kind: 'absent' },
      });
      writes.push({
        kind: 'put',
        item: ledgerItem(exchange, `SIGNAL#${signal.id}`, ENTRY, entry),
        when: { kind: 'absent' },
      });
    }
    const when = unchangedSince(stored);
    writes.push({ kind: 'put', item: ledgerItem(exchange, 'HEAD', HEAD, head), when });
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
  exchange: Exchange,
  entries: readonly LedgerEntry[],
  root: { sessionDate: string; revision: number; publishedAtMs: number },
): Promise<LedgerRoot> {
  const key = {
    table: 'product',
    pk: chainKey(exchange),
    sk: `ROOT#${compactDate(root.sessionDate)}#${String(root.revision).padStart(4, '0')}`,
  } as const;
  const found = bodyOf(await items.get(key), ROOT);
  if (found !== undefined) return found;
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
  await items.put({ ...key, v: ROOT.v, body }, { kind: 'absent' });
  return body;
}

function ledgerItem<T extends Item['body']>(exchange: Exchange, sk: string, { v }: StoredForm<T>, body: T): Item {
  return { table: 'product', pk: chainKey(exchange), sk, v, body };
}

/**
 * The whole stored chain of an exchange: its entries and roots in order, and its head (`seq` 0 and the genesis hash while it is empty).
 * Nothing is verified here. Throws AppError(corrupt) for an item that does not parse.
 */
export async function loadLedger(
  items: ItemTable,
  exchange: Exchange,
): Promise<{ entries: LedgerEntry[]; roots: LedgerRoot[]; head: { seq: number; hash: string } }> {
  const [entries, roots, head] = await Promise.all([
    queryAll(items, { table: 'product', pk: chainKey(exchange), prefix: 'ENTRY#' }, 5_000_000),
    queryAll(items, { table: 'product', pk: chainKey(exchange), prefix: 'ROOT#' }, 100_000),
    items.get({ table: 'product', pk: chainKey(exchange), sk: 'HEAD' }),
  ]);
  return {
    entries: entries.map((item) => bodyOf(item, ENTRY)),
    roots: roots.map((item) => bodyOf(item, ROOT)),
    head: bodyOf(head, HEAD) ?? { seq: 0, hash: GENESIS },
  };
}

import { EXCHANGES, hashOf, sha256Hex } from '@aion/core';
import { z } from 'zod';

export const GENESIS = '0'.repeat(64);

/** One link: a salted commitment to a published signal, chained to the link before. */
export const LedgerEntry = z.strictObject({
  seq: z.int().positive(),
  exchange: z.enum(EXCHANGES),
  sessionDate: z.iso.date(),
  revision: z.int().positive(),
  signalId: z.string(),
  commitment: z.string(),
  publishedAtMs: z.int(),
  previousHash: z.string(),
  hash: z.string(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** The root of one published revision: Merkle root over its entries, and the chain's head after them. */
export const LedgerRoot = z.strictObject({
  exchange: z.enum(EXCHANGES),
  sessionDate: z.iso.date(),
  revision: z.int().positive(),
  merkleRoot: z.string(),
  headSeq: z.int().min(0),
  headHash: z.string(),
  entries: z.int().min(0),
  publishedAtMs: z.int(),
});
export type LedgerRoot = z.infer<typeof LedgerRoot>;

/** The salt keeps a paid signal unguessable until it is revealed; it follows from the operator's secret, so a retry commits to the same. */
export function saltOf(secret: string, signalId: string): string {
  return sha256Hex(`salt|${secret}|${signalId}`);
}

/** What the record says of a signal before it is revealed: a hash of salt and signal, which anybody can recompute once they have both. */
export function commitmentOf(salt: string, signal: unknown): string {
  return sha256Hex(`${salt}|${hashOf(signal)}`);
}

/** The hash of a link over all else that is in it, the hash of the link before among that. */
export function entryHash(entry: Omit<LedgerEntry, 'hash'>): string {
  return hashOf(entry);
}

/** Merkle root with domain-separated leaves and nodes; an odd node is carried up. No leaves: the genesis hash. */
export function merkleRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return GENESIS;
  let level = leaves.map((leaf) => sha256Hex(`leaf|${leaf}`));
  while (level.length > 1) {
    const next: string[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      next.push(right === undefined ? level[i]! : sha256Hex(`node|${level[i]}|${right}`));
    }
    level = next;
  }
  return level[0]!;
}

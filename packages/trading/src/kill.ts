import { z } from 'zod';

/** The state of the kill switch as it was set, with who set it and why. Before the first change the last three are null. */
export const Kill = z.strictObject({
  active: z.boolean(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
  atMs: z.int().nullable(),
});
export type Kill = z.infer<typeof Kill>;

export const NEVER_SET: Kill = { active: false, reason: null, by: null, atMs: null };

export const KILL_EFFECT =
  'While it is on, no order that increases exposure is sent and unfilled entries are cancelled; protective orders and exits stay and stay possible.';

/** What is known of the switch. What cannot be read counts as on: `known` is then false and `problem` says why. */
export interface KillReading extends Kill {
  readonly known: boolean;
  readonly problem: string | null;
}

/** The reading of a switch whose state could be read. */
export const knownKill = (kill: Kill): KillReading => ({ ...kill, known: true, problem: null });
/** The reading of a switch that cannot be read: it counts as on, and `problem` says why for the operator. */
export const unknownKill = (problem: string): KillReading => ({
  active: true,
  reason: null,
  by: null,
  atMs: null,
  known: false,
  problem,
});

/** Of two states the one that stops more; of two alike the newer. What two homes say of one switch is joined by it. */
export function stricterKill(left: Kill, right: Kill): Kill {
  if (left.active !== right.active) return left.active ? left : right;
  return (left.atMs ?? -1) >= (right.atMs ?? -1) ? left : right;
}

/** All that is known of a switch: its state and the changes that led to it, oldest first. */
export const KillRecord = z.strictObject({ kill: Kill, history: z.array(Kill).readonly() });
export type KillRecord = z.infer<typeof KillRecord>;

/**
 * Joins what two homes know of the switch when one takes the other's place: every change of both, and as the last word the
 * stricter of the two states. Where that is not the newest change it is written down anew with what brought it.
 */
export function joinKills(
  left: KillRecord,
  right: KillRecord,
  carried: { readonly by: string; readonly atMs: number },
): Kill[] {
  const seen = new Map([...left.history, ...right.history].map((kill) => [JSON.stringify(kill), kill]));
  const changes = [...seen.values()].sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  const { active, reason } = stricterKill(left.kill, right.kill);
  const newest = changes.at(-1);
  if (newest?.active === active && newest.reason === reason) return changes;
  // A clock may be behind those of both homes; the last word is never older than what it ends.
  return [...changes, { active, reason, by: carried.by, atMs: Math.max(carried.atMs, newest?.atMs ?? 0) }];
}

/**
 * Where one machine keeps the switch: a file of its own, which no restore, import or move replaces and no other writer locks.
 */
export interface KillFile {
  /** Throws AppError when the file is missing, damaged or cannot be read. */
  read(): Promise<Kill>;
  /** The state with its place in the file's history. */
  head(): Promise<{ readonly kill: Kill; readonly seq: number }>;
  /**
   * Adds changes, of which the last is the new state; all or none. Returns when they are on the disk. With `after` only behind that
   * place: throws AppError(conflict) when somebody changed the switch since.
   */
  append(changes: readonly Kill[], after?: number): Promise<void>;
  /** Every change, oldest first. */
  history(): Promise<readonly Kill[]>;
}

import { z } from 'zod';
import { changeItem } from './change-item.ts';
import { AppError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import { queryAll, type ItemTable } from './ports/item-table.ts';

/** What an operator may switch off without a deployment, and what it stops. Everything is on until someone says otherwise. */
export const FEATURE_FLAGS = {
  'scheduled-runs': 'runs that a schedule starts; a run asked for by hand is not stopped',
  uploads: 'imports of files uploaded by an admin',
} as const;
export type FeatureFlag = keyof typeof FEATURE_FLAGS;

const State = z.strictObject({ on: z.boolean(), reason: z.string(), by: z.string(), atMs: z.int() });
export type FlagChange = z.infer<typeof State>;

export interface FlagState {
  readonly name: FeatureFlag;
  readonly title: string;
  readonly on: boolean;
  /** The last change; null while nobody ever changed it. */
  readonly changed: FlagChange | null;
}

const key = (name: string) => ({ table: 'product', pk: 'FLAGS', sk: name }) as const;

/** Throws AppError(bad_input) that names the flags there are. */
export function parseFlag(name: string): FeatureFlag {
  if (name in FEATURE_FLAGS) return name as FeatureFlag;
  throw new AppError('bad_input', `there is no flag "${name}"; the flags are ${Object.keys(FEATURE_FLAGS).join(', ')}`);
}

export async function listFlags(items: ItemTable): Promise<FlagState[]> {
  const stored = await queryAll(items, { table: 'product', pk: 'FLAGS' }, 1000);
  const changes = new Map(stored.map((item) => [item.sk, State.parse(item.body)]));
  return Object.entries(FEATURE_FLAGS).map(([name, title]) => {
    const changed = changes.get(name) ?? null;
    return { name: name as FeatureFlag, title, on: changed?.on ?? true, changed };
  });
}

/** Throws AppError(unavailable), with the reason that was given, while the flag is off. */
export async function requireFlag(items: ItemTable, name: FeatureFlag): Promise<void> {
  const found = await items.get(key(name));
  if (found === undefined) return;
  const { on, reason, by } = State.parse(found.body);
  if (!on)
    throw new AppError('unavailable', `${name} is switched off by ${by}: ${reason}`, {
      context: { flag: name, words: 'caller' },
    });
}

/** Switches a flag and writes the audit entry in one transaction. */
export async function setFlag(
  items: ItemTable,
  clock: Clock,
  name: FeatureFlag,
  change: { readonly on: boolean; readonly reason: string; readonly by: string },
): Promise<FlagState> {
  const body: FlagChange = { ...change, atMs: clock.nowMs() };
  return changeItem(
    items,
    key(name),
    (found) => {
      const sk = `${String(body.atMs).padStart(15, '0')}#${name}#${(found?.rev ?? 0) + 1}`;
      const audit = { ...body, name, before: found?.body['on'] ?? true };
      return {
        item: { v: 1, body },
        also: [
          {
            kind: 'put',
            item: { table: 'product', pk: 'AUDIT#flags', sk, v: 1, body: audit },
            when: { kind: 'absent' },
          },
        ],
        result: { name, title: FEATURE_FLAGS[name], on: body.on, changed: body },
      };
    },
    { what: `the flag ${name}`, advice: 'look at its state and try again' },
  );
}

/** Every change of every flag, oldest first. */
export async function flagHistory(items: ItemTable): Promise<(FlagChange & { name: string; before: boolean })[]> {
  const found = await queryAll(items, { table: 'product', pk: 'AUDIT#flags' }, 100_000);
  return found.map((item) => item.body as unknown as FlagChange & { name: string; before: boolean });
}

import {
  AppError,
  bodyIfReadable,
  bodyOf,
  changeItem,
  queryAll,
  type Clock,
  type ItemTable,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { z } from 'zod';

/** What an operator may switch off without a deployment, and what it stops. Everything is on until someone says otherwise. */
const FEATURE_FLAGS = {
  'scheduled-runs': 'runs that a schedule starts; a run asked for by hand is not stopped',
  uploads: 'imports of files uploaded by an admin',
} as const;
export type FeatureFlag = keyof typeof FEATURE_FLAGS;
const FLAG_NAMES: readonly FeatureFlag[] = ['scheduled-runs', 'uploads'];

const FlagChange = z.strictObject({ on: z.boolean(), reason: z.string(), by: z.string(), atMs: z.int() });
export type FlagChange = z.infer<typeof FlagChange>;

export const FLAG: StoredForm<FlagChange> = {
  what: 'flag',
  v: 1,
  schema: FlagChange,
  advice: 'what it switches stays off until it is switched again: `aion flag set <name> on|off --reason "…"`',
};

const PastChange = FlagChange.extend({ name: z.string(), before: z.boolean() });
export type PastChange = z.infer<typeof PastChange>;
const AUDIT: StoredForm<PastChange> = { what: 'change of a flag', v: 1, schema: PastChange };

export interface FlagState {
  readonly name: FeatureFlag;
  readonly title: string;
  readonly on: boolean;
  /** The last change; null while nobody ever changed it. */
  readonly changed: FlagChange | null;
}

const key = (name: string) => ({ table: 'product', pk: 'FLAGS', sk: name }) as const;

/** The flag of that name. Throws AppError(bad_input) that names the flags there are. */
export function parseFlag(name: string): FeatureFlag {
  const flag = FLAG_NAMES.find((one) => one === name);
  if (flag !== undefined) return flag;
  throw new AppError('bad_input', `there is no flag "${name}"; the flags are ${FLAG_NAMES.join(', ')}`);
}

function stateOf(name: FeatureFlag, found: StoredItem | undefined): FlagState {
  const changed = found === undefined ? null : bodyOf(found, FLAG);
  return { name, title: FEATURE_FLAGS[name], on: changed?.on ?? true, changed };
}

/** Every flag there is. Throws AppError(corrupt) that names the one that cannot be read. */
export async function listFlags(items: ItemTable): Promise<FlagState[]> {
  const stored = await queryAll(items, { table: 'product', pk: 'FLAGS' }, 1000);
  return FLAG_NAMES.map((name) =>
    stateOf(
      name,
      stored.find(({ sk }) => sk === name),
    ),
  );
}

/**
 * Throws AppError(unavailable), with the reason that was given, while the flag is off, and AppError(corrupt) where it cannot be read: what
 * nobody can say is on does not run.
 *
 * @example await requireFlag(items, 'uploads'); // throws while uploads are off
 */
export async function requireFlag(items: ItemTable, name: FeatureFlag): Promise<void> {
  const { changed } = stateOf(name, await items.get(key(name)));
  if (changed === null) return;
  const { on, reason, by } = changed;
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
      // What cannot be read held its work back, as off does.
      const was = found === undefined || bodyIfReadable(found, FLAG)?.on === true;
      const sk = `${String(body.atMs).padStart(15, '0')}#${name}#${(found?.rev ?? 0) + 1}`;
      const audit: PastChange = { ...body, name, before: was };
      return {
        item: { v: FLAG.v, body },
        also: [
          {
            kind: 'put',
            item: { table: 'product', pk: 'AUDIT#flags', sk, v: AUDIT.v, body: audit },
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
export async function flagHistory(items: ItemTable): Promise<PastChange[]> {
  const found = await queryAll(items, { table: 'product', pk: 'AUDIT#flags' }, 100_000);
  return found.map((item) => bodyOf(item, AUDIT));
}

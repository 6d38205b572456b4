import { AppError, errorMessage, isAppError, makeTurns, type Clock, type ItemTable } from '@aion/core';
import { addKillAudit, changedSince, killRevision, readKillAudit, readKillItem, writeKillItems } from './kill-items.ts';
import {
  joinKills,
  knownKill,
  stricterKill,
  unknownKill,
  type Kill,
  type KillFile,
  type KillReading,
  type KillRecord,
} from './kill.ts';

export interface KillChange {
  readonly active: boolean;
  readonly reason: string;
  readonly by: string;
  /** Of a release: `atMs` of the state that its asker looked at. It undoes that state and no other. */
  readonly seenAtMs?: number | null;
}

/** A change that stands: `mirrored` is false while the items, which a submission checks in its transaction, are behind the file. */
export type KillOutcome = KillReading & { readonly mirrored: boolean };

export interface KillSwitch {
  /** Never throws: what cannot be read counts as on. `replica` spreads readers over the items. */
  read(replica?: number): Promise<KillReading>;
  /**
   * Returns once the change stands. Turning on waits for nothing that another change or process holds; turning off throws
   * AppError(conflict) where somebody changed the switch since it was asked for or, with `seenAtMs`, since it was looked at: the
   * newer word stands.
   */
  set(change: KillChange): Promise<KillOutcome>;
  /** Resolves when what was begun in this process has ended. */
  settled(): Promise<void>;
  /** Brings file and items together where one is behind, by the stricter of the two. For the start and for a tick. */
  reconcile(): Promise<void>;
  /** State and history, to be carried to another home; null where the switch was never set up. Throws where they cannot be read. */
  record(): Promise<KillRecord | null>;
  /** Takes in what another home knows of the switch: the stricter state stands, no change of either is lost. */
  carry(given: KillRecord, by: string): Promise<void>;
}

export interface KillPorts {
  readonly items: ItemTable;
  readonly clock: Clock;
  /** The file of a machine. A host without one, AWS, has the switch in its items alone. */
  readonly file?: KillFile;
  /** Resolves after that time. */
  readonly pause: (ms: number) => Promise<void>;
  readonly onBehind?: (problem: string) => void;
}

/** What a change waits for the items once the file has it. Whoever stops trading must not wait for another process's lock. */
const MIRROR_WAIT_MS = 300;
const MAX_TURNS = 8;
const NOT_SET_UP =
  'the switch was never set in this store, or its items are gone: look what happened, then set it by `aion kill on|off --reason "…"`';

/**
 * The kill switch of a host. On one machine a file of its own is the fact and the items are its mirror: turning on commits the
 * file first, turning off the items first, so that whatever ends in between leaves the switch on.
 *
 * @example const { active } = await makeKillSwitch({ items, clock, file, pause }).read(); if (active) refuse();
 */
export function makeKillSwitch(ports: KillPorts): KillSwitch {
  const { items, clock, file } = ports;
  // One after the other: of two changes at once the later one stands in both places.
  const inTurn = makeTurns();
  /** How often "on" was asked for in this process. */
  let stops = 0;

  const read = async (replica = 0): Promise<KillReading> => {
    const [stored, mirrored] = await Promise.allSettled([file?.read(), readKillItem(items, replica)]);
    const item = mirrored.status === 'fulfilled' ? mirrored.value : undefined;
    if (item?.active === true && stored.status === 'rejected') return knownKill(item);
    if (stored.status === 'fulfilled' && stored.value?.active === true) return knownKill(stored.value);
    if (stored.status === 'rejected') return unknownKill(errorMessage(stored.reason));
    if (mirrored.status === 'rejected') return unknownKill(errorMessage(mirrored.reason));
    if (stored.value === undefined) return item === undefined ? unknownKill(NOT_SET_UP) : knownKill(item);
    return knownKill(item === undefined ? stored.value : stricterKill(stored.value, item));
  };

  /** Writes the file's state to the items until they agree: another process may change the file meanwhile. */
  const mirror = async (from: KillFile): Promise<void> => {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const kill = await from.read();
      const item = await readKillItem(items);
      if (item !== undefined && same(item, kill)) return;
      await writeKillItems(items, { ...kill, atMs: kill.atMs ?? 0 });
    }
  };

  const bringTogether = async (): Promise<void> => {
    if (file === undefined) return;
    const kill = await file.read();
    const item = await readKillItem(items);
    if (item?.active === true && !kill.active) await file.append([item]);
    else if (item === undefined || !same(item, kill)) await mirror(file);
  };

  /** Joins and writes behind what was read; AppError(conflict) when somebody changed the switch in between. */
  const carryOnce = async (given: KillRecord, by: string): Promise<void> => {
    const head = await file?.head();
    const revision = await killRevision(items);
    const own =
      head === undefined || file === undefined
        ? await itemsRecord(items)
        : { kill: head.kill, history: await file.history() };
    const joined = joinKills(own ?? given, given, { by, atMs: clock.nowMs() });
    const known = new Set((own?.history ?? []).map((kill) => JSON.stringify(kill)));
    const newest = joined.at(-1)!;
    const changes = joined.filter((change) => change !== newest && !known.has(JSON.stringify(change)));
    if (file !== undefined && head !== undefined) {
      if (changes.length > 0 || !known.has(JSON.stringify(newest))) await file.append([...changes, newest], head.seq);
      return;
    }
    for (const kill of changes) await addKillAudit(items, kill);
    await writeKillItems(items, { ...newest, atMs: newest.atMs ?? 0 }, revision);
  };

  /** Never in turn: whoever stops trading waits for no other change, and for the items a moment only. */
  const turnOn = async (kill: Kill & { readonly atMs: number }): Promise<KillOutcome> => {
    stops++;
    if (file === undefined) {
      await writeKillItems(items, kill);
      return { ...knownKill(kill), mirrored: true };
    }
    try {
      await file.append([kill]);
    } catch (error) {
      // The items alone stop trading too; only when neither can be written does the change not stand.
      await writeKillItems(items, kill).catch(() => {
        throw error;
      });
      ports.onBehind?.(errorMessage(error));
      return { ...knownKill(kill), problem: errorMessage(error), mirrored: true };
    }
    let mirrored = false;
    const mirroring = inTurn(() => mirror(file)).then(
      () => void (mirrored = true),
      (error: unknown) => ports.onBehind?.(errorMessage(error)),
    );
    await Promise.race([mirroring, ports.pause(MIRROR_WAIT_MS)]);
    return { ...knownKill(kill), mirrored };
  };

  /** Undefined where there is no file: then a change makes it. */
  const headOf = async (from: KillFile): Promise<{ readonly seq: number } | undefined> => {
    try {
      return await from.head();
    } catch (error) {
      if (isAppError(error, 'missing_data')) return undefined;
      throw error;
    }
  };

  /** Behind what was there when it was asked for: an older "off" never undoes a newer "on". */
  const turnOff = async (kill: Kill & { readonly atMs: number }, seenAtMs?: number | null): Promise<KillOutcome> => {
    const asked = stops;
    // An "on" that came while the store was slow to answer is none of what was there.
    const requireNewest = (): void => {
      if (stops !== asked) throw changedSince();
    };
    // After the place was read that the change is written behind: whoever changes the switch later is met there.
    const asSeen = async (): Promise<void> => {
      if (seenAtMs !== undefined && (await read()).atMs !== seenAtMs) throw changedSince();
    };
    if (file === undefined) {
      const revision = await killRevision(items);
      await asSeen();
      return inTurn(async () => {
        requireNewest();
        await writeKillItems(items, kill, revision);
        return { ...knownKill(kill), mirrored: true };
      });
    }
    const head = await headOf(file);
    return inTurn(async () => {
      const revision = await killRevision(items);
      await asSeen();
      requireNewest();
      await writeKillItems(items, kill, revision);
      try {
        await file.append([kill], head?.seq);
      } finally {
        // Also when the file says "on" since: then the items must say it again.
        await mirror(file);
      }
      return { ...knownKill(kill), mirrored: true };
    });
  };

  return {
    read,
    set({ active, reason, by, seenAtMs }) {
      const kill = { active, reason, by, atMs: clock.nowMs() };
      return active ? turnOn(kill) : turnOff(kill, seenAtMs);
    },
    settled: () => inTurn.settled(),
    async record() {
      if (file === undefined) return (await itemsRecord(items)) ?? null;
      const { active, reason, by, atMs, known, problem } = await read();
      if (!known) throw new AppError('corrupt', `the kill switch cannot be read: ${problem}`);
      return { kill: { active, reason, by, atMs }, history: await file.history() };
    },
    carry: (given, by) =>
      inTurn(async () => {
        // What only the items took must not be written over by what the file says.
        await bringTogether();
        for (let turn = 1; ; turn++) {
          try {
            await carryOnce(given, by);
            break;
          } catch (error) {
            if (turn === MAX_TURNS || !isAppError(error, 'conflict')) throw error;
          }
        }
        if (file !== undefined) await mirror(file);
      }),
    reconcile: () => inTurn(bringTogether),
  };
}

async function itemsRecord(items: ItemTable): Promise<KillRecord | undefined> {
  const kill = await readKillItem(items);
  return kill === undefined ? undefined : { kill, history: await readKillAudit(items) };
}

const same = (left: Kill, right: Kill): boolean =>
  left.active === right.active &&
  left.reason === right.reason &&
  left.by === right.by &&
  (left.atMs ?? 0) === (right.atMs ?? 0);

import { z } from 'zod';

/** Who does something: what a use case is told, also by another process, and what its record names. */
export const Actor = z.discriminatedUnion('kind', [
  /** A person who is signed in. */
  z.strictObject({ kind: z.literal('user'), email: z.string() }),
  /** Whoever has the machine's command line, or the cloud's console. `name` is what they call themselves, if they do. */
  z.strictObject({ kind: z.literal('operator'), name: z.string().exactOptional() }),
  /** The timetable. `what` names what fired where it is not the timetable itself, such as a catch-up. */
  z.strictObject({ kind: z.literal('schedule'), what: z.string().exactOptional() }),
  /** The program by itself, such as at its start. */
  z.strictObject({ kind: z.literal('system'), what: z.string() }),
]);
export type Actor = Readonly<z.infer<typeof Actor>>;

const COMMAND_LINE = 'command line';
const TIMETABLE = 'schedule';

export const OPERATOR: Actor = { kind: 'operator' };
export const SCHEDULE: Actor = { kind: 'schedule' };

/**
 * The name that records keep. A use case calls it where it stores: callers say who they are and not what they are called.
 *
 * @example nameOf({ kind: 'user', email: 'a@example.org' }) // 'a@example.org'
 */
export function nameOf(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return actor.email;
    case 'operator':
      return actor.name ?? COMMAND_LINE;
    case 'schedule':
      return actor.what ?? TIMETABLE;
    case 'system':
      return actor.what;
  }
}

/**
 * Who a name stands for where it comes as a text: from a state machine's input, or from an option of the command line. `nameOf` gives the
 * same text again.
 *
 * @example actorNamed('a@example.org') // { kind: 'user', email: 'a@example.org' }
 */
export function actorNamed(name: string): Actor {
  if (name === TIMETABLE) return SCHEDULE;
  if (name === COMMAND_LINE) return OPERATOR;
  return name.includes('@') ? { kind: 'user', email: name } : { kind: 'operator', name };
}

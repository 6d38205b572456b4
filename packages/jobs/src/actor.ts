/** Who does something: what a use case is told, and what its record names. */
export type Actor =
  /** A person who is signed in. */
  | { readonly kind: 'user'; readonly email: string }
  /** Whoever has the machine's command line, or the cloud's console. `name` is what they call themselves, if they do. */
  | { readonly kind: 'operator'; readonly name?: string }
  /** The timetable. `what` names what fired where it is not the timetable itself, such as a catch-up. */
  | { readonly kind: 'schedule'; readonly what?: string }
  /** The program by itself, such as at its start. */
  | { readonly kind: 'system'; readonly what: string };

const COMMAND_LINE = 'command line';
const TIMETABLE = 'schedule';

export const OPERATOR: Actor = { kind: 'operator' };
export const SCHEDULE: Actor = { kind: 'schedule' };

/**
 * The name that records keep.
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

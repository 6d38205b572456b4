/** Who does something: what a use case is told, and what its record names. */
export type Actor =
  /** A person who is signed in. */
  | { readonly kind: 'user'; readonly email: string }
  /** Whoever has the machine's command line. */
  | { readonly kind: 'operator' }
  /** The timetable. `what` names what fired where it is not the timetable itself, such as a catch-up. */
  | { readonly kind: 'schedule'; readonly what?: string }
  /** The program by itself, such as at its start. */
  | { readonly kind: 'system'; readonly what: string };

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
      return 'command line';
    case 'schedule':
      return actor.what ?? 'schedule';
    case 'system':
      return actor.what;
  }
}

import type { Clock, Item } from '@aion/core';

/** What was done to or with a user's account, by whom and why. */
export interface UserDeed {
  readonly userId: string;
  readonly by: string;
  readonly reason: string;
  /** What was done, in words. */
  readonly what: string;
  /** What tells two deeds of one instant apart. */
  readonly id: string;
}

/** The audit entry of a deed that changes no right, beside those of `setUser`; written once, never changed. */
export function userDeedItem(clock: Clock, { id, ...deed }: UserDeed): Item {
  const atMs = clock.nowMs();
  const sk = `${String(atMs).padStart(15, '0')}#${deed.userId}#${id}`;
  return { table: 'money', pk: 'AUDIT#users', sk, v: 1, body: { ...deed, atMs } };
}

import { AppError, bodyOf, changeItem, type Clock, type ItemTable } from '@aion/core';
import { ENTITLEMENT, entitlementItem, type Entitlement, entitlementKey } from './entitlements.ts';
import type { SessionIdentity } from './session-identity.ts';

/** Which sessions of a user end: this one, all but this one, or all. */
export type EndScope = 'local' | 'others' | 'global';

/** Ended one by one, so many are remembered; beyond that all older tokens end, and who is still signed in gets a new one. */
const MAX_ENDED = 50;

/**
 * Whether the session of a token still stands by its user's record. For hosts whose sessions are kept elsewhere, at an identity
 * provider that does not take back the access tokens it gave.
 */
export function sessionStands(entitlement: Entitlement, session: SessionIdentity): boolean {
  const { ended } = entitlement;
  if (ended === undefined) return true;
  if (ended.sessions.some(({ id }) => id === session.sessionId)) return false;
  return session.issuedAtS >= ended.beforeS || session.sessionId === ended.except;
}

/** Ends sessions by the user's record: their tokens are refused from now on, although they have not expired. */
export async function endSessions(
  items: ItemTable,
  clock: Clock,
  session: SessionIdentity,
  scope: EndScope,
): Promise<void> {
  await changeItem(
    items,
    entitlementKey(session.userId),
    (found) => {
      if (found === undefined) throw new AppError('not_found', `the user ${session.userId} has no entitlement`);
      const nowS = Math.floor(clock.nowMs() / 1000);
      const before = bodyOf(found, ENTITLEMENT);
      const after = { ...before, ended: endedAfter(before.ended, session, scope, nowS) };
      return { item: entitlementItem(after), result: undefined };
    },
    { what: 'the account' },
  );
}

type Ended = NonNullable<Entitlement['ended']>;

function endedAfter(known: Ended | undefined, session: SessionIdentity, scope: EndScope, nowS: number): Ended {
  // Whole seconds: a token that was given in this one may be older, and is asked to be renewed.
  const all: Ended = { sessions: [], beforeS: nowS + 1 };
  if (scope === 'global') return all;
  if (scope === 'others') return { ...all, except: session.sessionId };
  const sessions = (known?.sessions ?? []).filter(({ id, untilS }) => untilS > nowS && id !== session.sessionId);
  if (sessions.length >= MAX_ENDED) return all;
  sessions.push({ id: session.sessionId, untilS: session.expiresAtS });
  return { beforeS: 0, ...known, sessions };
}

import { AppError, bodyOf, sha256Hex, toIso, type Clock, type ItemTable, type StoredForm } from '@aion/core';
import { z } from 'zod';
import { tierRank } from './capabilities.ts';
import { loadEntitlement, type Entitlement } from './entitlements.ts';
import type { SessionIdentity } from './session-identity.ts';
import { userDeedItem } from './user-audit.ts';

const View = z.strictObject({
  adminId: z.string(),
  adminEmail: z.string(),
  /** The session that it was begun in: another of the same admin does not have it. */
  sessionId: z.string(),
  userId: z.string(),
  reason: z.string(),
  untilMs: z.int(),
});
/** An admin who looks at the product as a member does, for a while. */
export type View = z.infer<typeof View>;
const VIEW: StoredForm<View> = { what: 'view of an admin', v: 1, schema: View, advice: 'begin another' };

const keyOf = (secret: string) => ({ table: 'ephemeral', pk: `VIEW#${sha256Hex(secret)}`, sk: 'VIEW' }) as const;

/**
 * Begins an admin's view of the product as a member. Who, whom, why and until when are in the audit before anything can be looked at. Throws
 * AppError(bad_input) for somebody who wants to look as themselves.
 */
export async function beginView(
  items: ItemTable,
  clock: Clock,
  newSecret: () => string,
  admin: SessionIdentity,
  asked: { readonly user: Entitlement; readonly reason: string; readonly minutes: number },
): Promise<{ secret: string; view: View }> {
  const { user, reason, minutes } = asked;
  if (user.userId === admin.userId) throw new AppError('bad_input', 'you see the product as yourself already');
  const untilMs = clock.nowMs() + minutes * 60_000;
  const { userId: adminId, email: adminEmail, sessionId } = admin;
  const view: View = { adminId, adminEmail, sessionId, userId: user.userId, reason, untilMs };
  const secret = newSecret();
  const what = `began to look as this user, read-only, until ${toIso(untilMs)}`;
  const deed = { userId: user.userId, by: adminEmail, reason, what, id: sha256Hex(secret).slice(0, 16) };
  await items.put(userDeedItem(clock, deed), { kind: 'absent' });
  await items.put(
    { ...keyOf(secret), v: VIEW.v, body: view, expiresAtS: Math.ceil(untilMs / 1000) },
    { kind: 'absent' },
  );
  return { secret, view };
}

/** The view that a secret opens in this session of this admin; undefined for one that is over, never was, or is somebody else's. */
export async function loadView(
  items: ItemTable,
  clock: Clock,
  secret: string,
  admin: SessionIdentity,
): Promise<View | undefined> {
  const view = bodyOf(await items.get(keyOf(secret)), VIEW);
  const own = view?.adminId === admin.userId && view.sessionId === admin.sessionId;
  return own && view.untilMs > clock.nowMs() ? view : undefined;
}

/** Ends a view before its time, which is kept too. One that is over already stays over. */
export async function endView(items: ItemTable, clock: Clock, secret: string, admin: SessionIdentity): Promise<void> {
  const view = await loadView(items, clock, secret, admin);
  if (view === undefined) return;
  await items.delete(keyOf(secret));
  const { userId, adminEmail: by, reason } = view;
  const id = `${sha256Hex(secret).slice(0, 16)}-end`;
  await items.put(userDeedItem(clock, { userId, by, reason, what: 'stopped looking as this user', id }));
}

/** What the admin sees: the member's record, never as an admin and never with a better tier than the admin has. */
export async function viewedEntitlement(items: ItemTable, view: View, admin: Entitlement): Promise<Entitlement> {
  const user = await loadEntitlement(items, view.userId);
  if (user === undefined) throw new AppError('not_found', 'the user of this view has no entitlement any more');
  const tier = tierRank(user.tier) > tierRank(admin.tier) ? admin.tier : user.tier;
  return { ...user, tier, role: 'member' };
}

import { createHmac, randomUUID } from 'node:crypto';
import {
  AppError,
  bodyOf,
  changeItem,
  isAppError,
  queryAll,
  type Clock,
  type ItemChange,
  type ItemTable,
  type StoredForm,
  type StoredItem,
  type Write,
} from '@aion/core';
import { z } from 'zod';
import { newSecret, secretHash } from '../plumbing/secret.ts';
import { hashPassword, verifyPassword } from './password.ts';

export const Credentials = z.object({
  email: z
    .email()
    .max(254)
    .transform((email) => email.toLowerCase()),
  password: z.string().min(8).max(200),
});

const User = z.strictObject({
  id: z.string(),
  email: z.string(),
  passwordHash: z.string(),
  createdMs: z.int(),
  updatedMs: z.int(),
  lastSignInMs: z.int().nullable(),
});
export type User = z.infer<typeof User>;
export interface OpenedSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}
interface Rotated extends OpenedSession {
  readonly user: User;
}

const REFRESH_DAYS = 30;
export const RECOVERY_SECONDS = 30 * 60;
export const SIGN_UP_SECONDS = 24 * 3600;
const MAX_SESSIONS = 1_000_000;
/** A refresh token that was used may come once more within this time: two tabs refresh at once. */
const REUSE_MS = 10_000;

/** As long as a hash. */
const NO_PASSWORD = `scrypt$${'A'.repeat(22)}$${'A'.repeat(43)}`;

const Session = z.strictObject({ id: z.string(), userId: z.string(), createdMs: z.int() });
const Refresh = z.strictObject({
  sessionId: z.string(),
  userId: z.string(),
  usedMs: z.int().nullable(),
  /** Since its use: what the next secret was made of, together with this one. */
  nextSalt: z.string().optional(),
});
/** A link is good for the password that it was asked for: changing the password ends every other link. */
const Recovery = z.strictObject({ userId: z.string(), passwordHash: z.string() });
/**
 * Someone who has not shown yet that the address is theirs: no account, so nobody can hold an address that is another's, and no
 * password, so nobody gets in by one that they chose for another. What older ones hold besides is left out.
 */
const SignUp = z.object({ userId: z.string(), email: z.string() });
const EmailHolder = z.strictObject({ userId: z.string() });

export const USER: StoredForm<User> = { what: 'user', v: 1, schema: User };
export const EMAIL: StoredForm<z.infer<typeof EmailHolder>> = {
  what: 'holder of an address',
  v: 1,
  schema: EmailHolder,
};
const SESSION: StoredForm<z.infer<typeof Session>> = {
  what: 'session',
  v: 1,
  schema: Session,
  advice: 'sign in again',
};
const REFRESH: StoredForm<z.infer<typeof Refresh>> = {
  what: 'refresh token',
  v: 1,
  schema: Refresh,
  advice: 'sign in again',
};
const RECOVERY: StoredForm<z.infer<typeof Recovery>> = {
  what: 'link to set a password',
  v: 1,
  schema: Recovery,
  advice: 'ask for another',
};
const SIGN_UP: StoredForm<z.infer<typeof SignUp>> = { what: 'sign-up', v: 1, schema: SignUp, advice: 'sign up again' };

const userKey = (id: string) => ({ table: 'product', pk: `AUTH#USER#${id}`, sk: 'USER' }) as const;
const emailKey = (email: string) => ({ table: 'product', pk: `AUTH#EMAIL#${email}`, sk: 'USER' }) as const;
const sessionKey = (userId: string, id: string) =>
  ({ table: 'ephemeral', pk: `AUTH#SESSIONS#${userId}`, sk: id }) as const;
const secretKey = (kind: 'REFRESH' | 'RECOVERY' | 'SIGNUP', secret: string) =>
  ({ table: 'ephemeral', pk: `AUTH#${kind}#${secretHash(secret)}`, sk: 'TOKEN' }) as const;

/** The secret after `secret`. Who has only the state, or only the secret, cannot tell it. */
const nextSecret = (secret: string, salt: string): string =>
  createHmac('sha256', secret).update(salt).digest('base64url');

/** The one answer to a wrong password and to an unknown address, in GoTrue's words: nobody learns from it who has an account. */
export const invalidCredentials = (): AppError => new AppError('unauthenticated', 'Invalid login credentials');

const changedMeanwhile = (): AppError =>
  new AppError('unauthenticated', 'the password was changed meanwhile; sign in with the new one');

/**
 * Users, sessions and one-time secrets. Secrets are stored as hashes only.
 *
 * @example
 * const users = makeUsers(items, clock);
 * const { id } = await users.create('asha@example.org', 'a long pass phrase');
 * const { sessionId } = await users.beginSession(id);
 */
export function makeUsers(items: ItemTable, clock: Clock) {
  const nowS = (): number => Math.floor(clock.nowMs() / 1000);
  const loadUser = async (id: string): Promise<User | undefined> => {
    return bodyOf(await items.get(userKey(id)), USER);
  };
  /** Reads as often for an unknown address as for a known one. */
  const findByEmail = async (email: string): Promise<User | undefined> => {
    return loadUser(bodyOf(await items.get(emailKey(email)), EMAIL)?.userId ?? 'nobody');
  };
  /**
   * Changes what is stored now, together with `also`, and only while the password is the one that the caller read or checked: whoever was
   * let in by an older one neither stays in nor writes anything after it was changed. Throws `late` when it was.
   */
  const changeUser = async (
    { id, passwordHash }: User,
    change: Partial<User>,
    also: readonly Write[],
    late: () => AppError,
  ): Promise<User> => {
    const next = (found: StoredItem | undefined): ItemChange<User> => {
      const user = bodyOf(found, USER);
      if (user?.passwordHash !== passwordHash) throw late();
      const changed = { ...user, ...change };
      return { item: { v: USER.v, body: changed }, also, result: changed };
    };
    return changeItem(items, userKey(id), next, {
      what: 'the account',
      // The first write lost to another change of the user, which the next round reads; what else is lost stays so.
      giveUp: ({ context }) => ([context['failed']].flat().some((index) => Number(index) > 0) ? late() : undefined),
    });
  };
  const refreshItem = (secret: string, sessionId: string, userId: string) => {
    const body = { sessionId, userId, usedMs: null };
    return { ...secretKey('REFRESH', secret), v: REFRESH.v, body, expiresAtS: nowS() + REFRESH_DAYS * 86_400 };
  };
  const newSession = (userId: string) => {
    const [sessionId, refreshToken] = [randomUUID(), newSecret()];
    const body = { id: sessionId, userId, createdMs: clock.nowMs() };
    const item = { ...sessionKey(userId, sessionId), v: SESSION.v, body, expiresAtS: nowS() + REFRESH_DAYS * 86_400 };
    const writes: readonly Write[] = [item, refreshItem(refreshToken, sessionId, userId)].map((each) => ({
      kind: 'put',
      item: each,
      when: { kind: 'absent' },
    }));
    return { opened: { sessionId, refreshToken }, writes };
  };
  const createUser = async (id: string, email: string, passwordHash: string): Promise<User> => {
    const now = clock.nowMs();
    const user: User = { id, email, passwordHash, createdMs: now, updatedMs: now, lastSignInMs: null };
    try {
      await items.transact([
        { kind: 'put', item: { ...emailKey(email), v: EMAIL.v, body: { userId: user.id } }, when: { kind: 'absent' } },
        { kind: 'put', item: { ...userKey(user.id), v: USER.v, body: user }, when: { kind: 'absent' } },
      ]);
    } catch (error) {
      if (isAppError(error, 'conflict')) throw new AppError('conflict', 'User already registered');
      throw error;
    }
    return user;
  };
  const invalidLink = (): AppError => new AppError('unauthenticated', 'Email link is invalid or has expired');
  /** Takes the secret's item away; of two who follow the same link at once one gets through. */
  const takeOnce = async (item: StoredItem): Promise<void> => {
    try {
      await items.delete(item, { kind: 'rev', rev: item.rev });
    } catch (error) {
      if (isAppError(error, 'conflict')) throw invalidLink();
      throw error;
    }
  };
  const endSessions = async (userId: string, keep?: string): Promise<void> => {
    const found = await queryAll(items, { table: 'ephemeral', pk: `AUTH#SESSIONS#${userId}` }, MAX_SESSIONS);
    for (const item of found) if (item.sk !== keep) await items.delete(item);
  };

  return {
    loadUser,
    findByEmail,
    /** A session without a look at the user. */
    async beginSession(userId: string): Promise<OpenedSession> {
      const { opened, writes } = newSession(userId);
      await items.transact(writes);
      return opened;
    },
    /** A session for a user as they were when a password or a link let them in; refused when the password was changed since. */
    async openSession(user: User): Promise<OpenedSession> {
      const { opened, writes } = newSession(user.id);
      await changeUser(user, { lastSignInMs: clock.nowMs() }, writes, invalidCredentials);
      return opened;
    },
    endSessions,
    endSession: (userId: string, sessionId: string): Promise<void> => items.delete(sessionKey(userId, sessionId)),
    create: async (email: string, password: string): Promise<User> =>
      createUser(randomUUID(), email, await hashPassword(password)),
    /**
     * Keeps what is needed to make the account when its address has been shown to be the person's. It does the same work whether the
     * address has an account already or not; `taken` is for the mail alone, which only the address's owner reads.
     */
    async startSignUp(email: string): Promise<{ userId: string; secret: string; taken: boolean }> {
      const holder = await findByEmail(email);
      const [userId, secret] = [randomUUID(), newSecret()];
      const body = { userId, email };
      await items.put({ ...secretKey('SIGNUP', secret), v: SIGN_UP.v, body, expiresAtS: nowS() + SIGN_UP_SECONDS });
      return { userId, secret, taken: holder !== undefined };
    },
    /**
     * Makes the account of a sign-up. No password opens it until the one who followed the link has set one: that of the sign-up may be
     * of somebody else, who waited for the owner of the address to confirm it. Throws AppError(unauthenticated) for a link that was
     * used, is too old, or whose address is taken.
     */
    async finishSignUp(secret: string): Promise<User> {
      const found = await items.get(secretKey('SIGNUP', secret));
      if (found === undefined) throw invalidLink();
      await takeOnce(found);
      const { userId, email } = bodyOf(found, SIGN_UP);
      try {
        return await createUser(userId, email, await hashPassword(newSecret()));
      } catch (error) {
        if (isAppError(error, 'conflict')) throw invalidLink();
        throw error;
      }
    },
    async checkPassword(email: string, password: string): Promise<User> {
      const user = await findByEmail(email);
      if (!(await verifyPassword(password, user?.passwordHash)) || user === undefined) throw invalidCredentials();
      return user;
    },
    /** Ends every session but that of who changes it, which must live until it is done; an operator who changes it has none. */
    async setPassword(user: User, password: string, ownSession?: string): Promise<User> {
      const passwordHash = await hashPassword(password);
      const lives: readonly Write[] =
        ownSession === undefined
          ? []
          : [{ kind: 'check', key: sessionKey(user.id, ownSession), when: { kind: 'exists' } }];
      const changed = await changeUser(user, { passwordHash, updatedMs: clock.nowMs() }, lives, changedMeanwhile);
      await endSessions(user.id, ownSession);
      return changed;
    },
    async sessionLives(userId: string, sessionId: string): Promise<boolean> {
      return bodyOf(await items.get(sessionKey(userId, sessionId)), SESSION)?.userId === userId;
    },
    /**
     * Trades a refresh token for the next one; within ten seconds again for the same next one, so that a session never has two.
     * Reuse of an old token ends the whole session: it was stolen or copied.
     */
    async rotate(secret: string): Promise<Rotated> {
      const invalid = (): AppError => new AppError('unauthenticated', 'Invalid Refresh Token: Refresh Token Not Found');
      const next = async (found: StoredItem | undefined): Promise<ItemChange<Rotated>> => {
        if (found === undefined) throw invalid();
        const token = bodyOf(found, REFRESH);
        const { sessionId, userId } = token;
        const lives = (await items.get(sessionKey(userId, sessionId))) !== undefined;
        const user = await loadUser(userId);
        if (!lives || user === undefined) throw invalid();
        const nowMs = clock.nowMs();
        if (token.usedMs !== null) {
          const sinceMs = nowMs - token.usedMs;
          // Used in the future: the clock was set back, and how long ago it was cannot be told.
          if (sinceMs >= 0 && sinceMs <= REUSE_MS && token.nextSalt !== undefined)
            return { result: { user, sessionId, refreshToken: nextSecret(secret, token.nextSalt) } };
          await items.delete(sessionKey(userId, sessionId));
          throw new AppError('unauthenticated', 'Invalid Refresh Token: Already Used');
        }
        const nextSalt = newSecret();
        const refreshToken = nextSecret(secret, nextSalt);
        const { rev: _rev, ...item } = found;
        return {
          item: { ...item, v: REFRESH.v, body: { ...token, usedMs: nowMs, nextSalt } },
          also: [{ kind: 'put', item: refreshItem(refreshToken, sessionId, userId), when: { kind: 'absent' } }],
          result: { user, sessionId, refreshToken },
        };
      };
      // Where another came first, the next round gives what it was given.
      return changeItem(items, secretKey('REFRESH', secret), next, { what: 'the session' });
    },
    /** Without a user it does the same work, for a link that opens nothing. */
    async startRecovery(user: User | undefined): Promise<string> {
      const secret = newSecret();
      await items.put({
        ...secretKey('RECOVERY', secret),
        v: RECOVERY.v,
        body: { userId: user?.id ?? randomUUID(), passwordHash: user?.passwordHash ?? NO_PASSWORD },
        expiresAtS: nowS() + RECOVERY_SECONDS,
      });
      return secret;
    },
    async finishRecovery(secret: string): Promise<User> {
      const key = secretKey('RECOVERY', secret);
      const found = await items.get(key);
      const recovery = bodyOf(found, RECOVERY);
      const user = recovery === undefined ? undefined : await loadUser(recovery.userId);
      if (found === undefined || user === undefined || user.passwordHash !== recovery?.passwordHash)
        throw invalidLink();
      await takeOnce(found);
      return user;
    },
  };
}

export type Users = ReturnType<typeof makeUsers>;

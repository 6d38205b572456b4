import { randomUUID } from 'node:crypto';
import { AppError, isAppError, queryAll, type Clock, type ItemTable, type StoredItem } from '@aion/core';
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

export const User = z.strictObject({
  id: z.string(),
  email: z.string(),
  passwordHash: z.string(),
  createdMs: z.int(),
  updatedMs: z.int(),
  lastSignInMs: z.int().nullable(),
});
export type User = z.infer<typeof User>;

const REFRESH_DAYS = 30;
export const RECOVERY_SECONDS = 30 * 60;
export const SIGN_UP_SECONDS = 24 * 3600;
const MAX_SESSIONS = 1_000_000;
/** A refresh token that was used may come once more within this time: two tabs refresh at once. */
const REUSE_MS = 10_000;

const Session = z.strictObject({ id: z.string(), userId: z.string(), createdMs: z.int() });
const Refresh = z.strictObject({ sessionId: z.string(), userId: z.string(), usedMs: z.int().nullable() });
/** A link is good for the password that it was asked for: changing the password ends every other link. */
const Recovery = z.strictObject({ userId: z.string(), passwordHash: z.string() });
/** Someone who has not shown yet that the address is theirs: no account, so nobody can hold an address that is another's. */
const SignUp = z.strictObject({ userId: z.string(), email: z.string(), passwordHash: z.string() });

const userKey = (id: string) => ({ table: 'product', pk: `AUTH#USER#${id}`, sk: 'USER' }) as const;
const emailKey = (email: string) => ({ table: 'product', pk: `AUTH#EMAIL#${email}`, sk: 'USER' }) as const;
const sessionKey = (userId: string, id: string) =>
  ({ table: 'ephemeral', pk: `AUTH#SESSIONS#${userId}`, sk: id }) as const;
const secretKey = (kind: 'REFRESH' | 'RECOVERY' | 'SIGNUP', secret: string) =>
  ({ table: 'ephemeral', pk: `AUTH#${kind}#${secretHash(secret)}`, sk: 'TOKEN' }) as const;

export const invalidCredentials = (): AppError => new AppError('unauthenticated', 'Invalid login credentials');

/** Users, sessions and one-time secrets. Secrets are stored as hashes only. */
export function makeUsers(items: ItemTable, clock: Clock) {
  const nowS = (): number => Math.floor(clock.nowMs() / 1000);
  const loadUser = async (id: string): Promise<User | undefined> => {
    const found = await items.get(userKey(id));
    return found === undefined ? undefined : User.parse(found.body);
  };
  const findByEmail = async (email: string): Promise<User | undefined> => {
    const found = await items.get(emailKey(email));
    return found === undefined ? undefined : loadUser(String(found.body['userId']));
  };
  /** Changes what is stored now, not what the caller read a password check ago: a sign-in must not undo a new password. */
  const changeUser = async (id: string, change: Partial<User>): Promise<User> => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const found = await items.get(userKey(id));
      if (found === undefined) break;
      const changed = { ...User.parse(found.body), ...change };
      try {
        await items.put({ ...userKey(id), v: 1, body: changed }, { kind: 'rev', rev: found.rev });
        return changed;
      } catch (error) {
        if (!isAppError(error, 'conflict')) throw error;
      }
    }
    throw new AppError('conflict', 'the account is being changed by another request; try again', { retryable: true });
  };
  const issueRefresh = async (sessionId: string, userId: string): Promise<string> => {
    const secret = newSecret();
    const body = { sessionId, userId, usedMs: null };
    await items.put({ ...secretKey('REFRESH', secret), v: 1, body, expiresAtS: nowS() + REFRESH_DAYS * 86_400 });
    return secret;
  };
  const beginSession = async (userId: string): Promise<{ sessionId: string; refreshToken: string }> => {
    const id = randomUUID();
    const body = { id, userId, createdMs: clock.nowMs() };
    await items.put({ ...sessionKey(userId, id), v: 1, body, expiresAtS: nowS() + REFRESH_DAYS * 86_400 });
    return { sessionId: id, refreshToken: await issueRefresh(id, userId) };
  };
  const openSession = async (user: User): Promise<{ sessionId: string; refreshToken: string }> => {
    const session = await beginSession(user.id);
    await changeUser(user.id, { lastSignInMs: clock.nowMs() });
    return session;
  };
  const createUser = async (id: string, email: string, passwordHash: string): Promise<User> => {
    const now = clock.nowMs();
    const user: User = { id, email, passwordHash, createdMs: now, updatedMs: now, lastSignInMs: null };
    try {
      await items.transact([
        { kind: 'put', item: { ...emailKey(email), v: 1, body: { userId: user.id } }, when: { kind: 'absent' } },
        { kind: 'put', item: { ...userKey(user.id), v: 1, body: user }, when: { kind: 'absent' } },
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
    beginSession,
    openSession,
    endSessions,
    endSession: (userId: string, sessionId: string): Promise<void> => items.delete(sessionKey(userId, sessionId)),
    create: async (email: string, password: string): Promise<User> =>
      createUser(randomUUID(), email, await hashPassword(password)),
    /**
     * Keeps what is needed to make the account when its address has been shown to be the person's. It does the same work whether the
     * address has an account already or not; `taken` is for the mail alone, which only the address's owner reads.
     */
    async startSignUp(email: string, password: string): Promise<{ userId: string; secret: string; taken: boolean }> {
      const [passwordHash, holder] = [await hashPassword(password), await findByEmail(email)];
      const [userId, secret, taken] = [randomUUID(), newSecret(), holder !== undefined];
      const body = { userId, email, passwordHash };
      await items.put({ ...secretKey('SIGNUP', secret), v: 1, body, expiresAtS: nowS() + SIGN_UP_SECONDS });
      return { userId, secret, taken };
    },
    /** Makes the account of a sign-up. Throws AppError(unauthenticated) for a link that was used, is too old, or whose address is taken. */
    async finishSignUp(secret: string): Promise<User> {
      const found = await items.get(secretKey('SIGNUP', secret));
      if (found === undefined) throw invalidLink();
      await takeOnce(found);
      const { userId, email, passwordHash } = SignUp.parse(found.body);
      try {
        return await createUser(userId, email, passwordHash);
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
    async setPassword(user: User, password: string, keepSession: string): Promise<User> {
      const passwordHash = await hashPassword(password);
      const changed = await changeUser(user.id, { passwordHash, updatedMs: clock.nowMs() });
      await endSessions(user.id, keepSession);
      return changed;
    },
    async sessionLives(userId: string, sessionId: string): Promise<boolean> {
      const found = await items.get(sessionKey(userId, sessionId));
      return found !== undefined && Session.parse(found.body).userId === userId;
    },
    /** Trades a refresh token for the next one. Reuse of an old token ends the whole session: it was stolen or copied. */
    async rotate(secret: string): Promise<{ user: User; sessionId: string; refreshToken: string }> {
      const found = await items.get(secretKey('REFRESH', secret));
      const token = found === undefined ? undefined : Refresh.parse(found.body);
      const invalid = (): AppError => new AppError('unauthenticated', 'Invalid Refresh Token: Refresh Token Not Found');
      if (found === undefined || token === undefined) throw invalid();
      const lives = (await items.get(sessionKey(token.userId, token.sessionId))) !== undefined;
      const user = await loadUser(token.userId);
      if (!lives || user === undefined) throw invalid();
      const sinceMs = token.usedMs === null ? 0 : clock.nowMs() - token.usedMs;
      // Used in the future: the clock was set back, and how long ago it was cannot be told.
      if (sinceMs < 0 || sinceMs > REUSE_MS) {
        await items.delete(sessionKey(token.userId, token.sessionId));
        throw new AppError('unauthenticated', 'Invalid Refresh Token: Already Used');
      }
      if (token.usedMs === null) {
        const { rev: _rev, ...item } = found;
        await items.put({ ...item, body: { ...token, usedMs: clock.nowMs() } });
      }
      return { user, sessionId: token.sessionId, refreshToken: await issueRefresh(token.sessionId, token.userId) };
    },
    async startRecovery(user: User): Promise<string> {
      const secret = newSecret();
      await items.put({
        ...secretKey('RECOVERY', secret),
        v: 1,
        body: { userId: user.id, passwordHash: user.passwordHash },
        expiresAtS: nowS() + RECOVERY_SECONDS,
      });
      return secret;
    },
    async finishRecovery(secret: string): Promise<User> {
      const key = secretKey('RECOVERY', secret);
      const found = await items.get(key);
      const recovery = found === undefined ? undefined : Recovery.parse(found.body);
      const user = recovery === undefined ? undefined : await loadUser(recovery.userId);
      if (found === undefined || user === undefined || user.passwordHash !== recovery?.passwordHash)
        throw invalidLink();
      await takeOnce(found);
      return user;
    },
  };
}

export type Users = ReturnType<typeof makeUsers>;

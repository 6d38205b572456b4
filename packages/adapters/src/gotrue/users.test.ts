import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile, type StateFile } from '../sqlite/state-file.ts';
import { makeUsers, type User, type Users } from './users.ts';

const [OLD, NEW] = ['the old phrase', 'the new phrase'];

let folder: string;
let state: StateFile;
let users: Users;
let owner: User;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aion-users-'));
  state = openStateFile(join(folder, 'state.db'));
  users = makeUsers(
    makeSqliteItemTable(state, makeFrozenClock(Date.UTC(2026, 1, 27))),
    makeFrozenClock(Date.UTC(2026, 1, 27)),
  );
  owner = await users.create('owner@example.org', OLD);
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('after a password was changed', () => {
  it('whoever was let in by the old one before gets no session any more', async () => {
    const { sessionId } = await users.openSession(owner);
    const thief = await users.checkPassword(owner.email, OLD);
    await users.setPassword(owner, NEW, sessionId);
    await expect(users.openSession(thief)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await users.sessionLives(owner.id, sessionId)).toBe(true);
    await users.openSession(await users.checkPassword(owner.email, NEW));
  });

  it('who followed a link before gets none either', async () => {
    const linked = await users.finishRecovery(await users.startRecovery(owner));
    await users.setPassword(owner, NEW);
    await expect(users.openSession(linked)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('no session lives that was opened with the old one at the same time', async () => {
    const { sessionId } = await users.openSession(owner);
    const opened: string[] = [];
    const change = { done: false };
    const guess = async (): Promise<void> => {
      while (!change.done) {
        try {
          opened.push((await users.openSession(await users.checkPassword(owner.email, OLD))).sessionId);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/unauthenticated|conflict/) as string });
        }
      }
    };
    const changing = users.setPassword(owner, NEW, sessionId).finally(() => (change.done = true));
    await Promise.all([changing, guess(), guess()]);
    const living = await Promise.all(opened.map((id) => users.sessionLives(owner.id, id)));
    expect(living.filter(Boolean)).toEqual([]);
  });

  it('nobody changes it again who read the account before, or whose session has ended', async () => {
    const [first, second] = [await users.openSession(owner), await users.openSession(owner)];
    const now = await users.setPassword(owner, NEW, first.sessionId);
    const late = expect.objectContaining({ code: 'unauthenticated' }) as Error;
    await expect(users.setPassword(owner, 'a phrase of the thief', second.sessionId)).rejects.toEqual(late);
    await expect(users.setPassword(now, 'a phrase of the thief', second.sessionId)).rejects.toEqual(late);
    expect((await users.checkPassword(owner.email, NEW)).id).toBe(owner.id);
  });
});

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { saveEntitlement } from '@aion/accounts';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { setFlag } from '@aion/trading';
import { listAnew } from '../../../../../test/changed-backup.ts';
import { newFolder, openHome, removeFolders } from '../../../../../test/embedded-home.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';

afterAll(removeFolders);
const ADMIN = 'a@example.org';
const entitled = (userId: string, email: string, role: 'admin' | 'member') =>
  ({ userId, email, tier: 'elite', role, source: 'admin', updatedMs: 0 }) as const;

/** What a restore shows of an unsigned backup whose state somebody changed by `sql`; `admin` and `mallory` are the accounts. */
async function shownOf(sql: (ids: { admin: string; mallory: string }) => string): Promise<readonly string[]> {
  const home = openHome(join(newFolder('differences'), 'home'));
  const users = makeUsers(home.items, home.clock);
  const admin = (await users.create(ADMIN, 'the first password')).id;
  const mallory = (await users.create('m@example.org', 'the second password')).id;
  await saveEntitlement(home.items, entitled(admin, ADMIN, 'admin'));
  await saveEntitlement(home.items, entitled(mallory, 'm@example.org', 'member'));
  const backup = join(newFolder('backups'), 'one');
  await backUp(home, backup);
  home.close();
  const state = new DatabaseSync(join(backup, 'state.db'));
  state.exec(sql({ admin, mallory }));
  state.close();
  listAnew(backup);
  let shown: readonly string[] = [];
  const confirm = async (lines: readonly string[]): Promise<boolean> => ((shown = lines.slice(1)), false);
  await expect(restore(backup, home.loaded, { unsigned: true, confirm })).rejects.toMatchObject({ code: 'conflict' });
  return shown.map((line) => line.replaceAll(admin, 'ADMIN').replaceAll(mallory, 'MALLORY'));
}

/** A copy of a record under another id, as the product reads it. */
const copied = (from: string, to: string, body = 'body'): string =>
  `INSERT INTO items (tbl, pk, sk, v, rev, body) SELECT tbl, '${to}', sk, v, rev, ${body} FROM items WHERE pk = '${from}';`;
const led = (email: string, to: string): string =>
  `UPDATE items SET body = json_object('userId', '${to}') WHERE pk = 'AUTH#EMAIL#${email}';`;

describe('a restore of a backup that somebody changed shows', () => {
  it('a second administrator who has the address of the first', async () => {
    const shown = await shownOf(
      ({ admin, mallory }) =>
        copied(`AUTH#USER#${mallory}`, 'AUTH#USER#x', `json_set(body, '$.id', 'x', '$.email', '${ADMIN}')`) +
        copied(`USR#${admin}`, 'USR#x', `json_set(body, '$.userId', 'x')`) +
        led(ADMIN, 'x'),
    );
    expect(shown).toEqual([
      `becomes administrator: ${ADMIN} (account x)`,
      `accounts that this home does not know: ${ADMIN} (account x) (elite)`,
      `address leads to another account: ${ADMIN} opens ${ADMIN} (account x)`,
    ]);
  });

  it('an address that is led to the account of an administrator', async () => {
    expect(await shownOf(({ admin }) => led('m@example.org', admin))).toEqual([
      `address leads to another account: m@example.org opens ${ADMIN}`,
    ]);
  });

  it('a record of an account that says it is another one', async () => {
    const sql = ({ admin, mallory }: { admin: string; mallory: string }): string =>
      `UPDATE items SET body = json_set(body, '$.id', '${admin}') WHERE pk = 'AUTH#USER#${mallory}'`;
    expect(await shownOf(sql)).toEqual([`address leads to another account: m@example.org opens ${ADMIN}`]);
  });

  it('an address of its own that opens the account of an administrator', async () => {
    const sql = (): string => copied(`AUTH#EMAIL#${ADMIN}`, 'AUTH#EMAIL#new@example.org');
    expect(await shownOf(sql)).toEqual([`another address opens an account: new@example.org opens ${ADMIN}`]);
  });

  it('an administrator whom no list of users names', async () => {
    const sql = ({ mallory }: { mallory: string }): string =>
      `UPDATE items SET body = json_set(body, '$.role', 'admin'), gsi1pk = NULL, gsi1sk = NULL WHERE pk = 'USR#${mallory}'`;
    expect(await shownOf(sql)).toEqual(['becomes administrator: m@example.org']);
  });

  it('nothing where nothing was changed', async () => {
    expect(await shownOf(() => '')).toEqual([]);
  });
});

it('a restore shows a flag that it would turn on again', async () => {
  const home = openHome(join(newFolder('flags'), 'home'));
  const backup = join(newFolder('backups'), 'one');
  await backUp(home, backup);
  await setFlag(home.items, home.clock, 'uploads', { on: false, reason: 'a drill', by: 'operator' });
  home.close();
  let shown: readonly string[] = [];
  const confirm = async (lines: readonly string[]): Promise<boolean> => ((shown = lines), false);
  await expect(restore(backup, home.loaded, { unsigned: false, confirm })).rejects.toMatchObject({ code: 'conflict' });
  expect(shown).toEqual(['flag uploads: off → on']);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newFolder, openHome, removeFolders, runCli } from './embedded-home.ts';

let home: string;
beforeAll(() => {
  home = newFolder('decisions');
  openHome(home).close();
});
afterAll(removeFolders);

/** Every item of the home. */
function items(): unknown[] {
  const embedded = openHome(home);
  const found = embedded.state.db.prepare('SELECT * FROM items ORDER BY tbl, pk, sk').all();
  embedded.close();
  return found;
}
const row = ['0123456789abcdef', '--file', 'a.csv', '--line', '2'];

describe('what a person decides on the command line', () => {
  const DECISIONS: readonly (readonly [args: readonly string[], option: string])[] = [
    [['kill', 'on'], '--reason'],
    [['flag', 'set', 'uploads', 'off'], '--reason'],
    [['user', 'set', 'a@example.org', '--role', 'admin'], '--reason'],
    [['user', 'link', 'a@example.org'], '--reason'],
    [['quarantine', 'release', ...row], '--why'],
    [['quarantine', 'dismiss', ...row], '--why'],
    [['renames', 'confirm', 'ALPHA', 'BETA', '2026-02-26'], '--why'],
    [['renames', 'reject', 'ALPHA', 'BETA', '2026-02-26'], '--why'],
    [['actions', 'add', 'ALPHA', '2026-02-26', 'split', '2'], '--why'],
    [['actions', 'withdraw', 'ALPHA', '2026-02-26', 'split', '2'], '--why'],
    [['quality', 'accept', 'unexplained_jump', 'ALPHA', '2026-02-26'], '--why'],
  ];

  it.each(DECISIONS)('%j is refused without a reason that can be kept, and changes nothing', async (args, option) => {
    const before = items();
    for (const [why, words] of [
      ['no', /say why, in at least three letters/],
      ['   ', /say why, in at least three letters/],
      ['x'.repeat(501), /say why in at most 500 letters/],
    ] as const) {
      const refused = await runCli(home, [...args, option, why, '--json']);
      expect(refused.code).toBe(2);
      expect(refused.json<{ error: object }>().error).toMatchObject({
        code: 'bad_input',
        message: expect.stringMatching(words) as string,
      });
    }
    expect((await runCli(home, args)).code).toBe(2);
    expect(items()).toEqual(before);
  });

  it.each([
    [['actions', 'add', '=CMD()', '2026-02-26', 'split', '2'], /found "=CMD\(\)"/],
    [['actions', 'add', 'a b,c', '2026-02-26', 'split', '2'], /found "a b,c"/],
    [['renames', 'confirm', 'al pha,=1', '!!', '2026-02-26'], /found "al pha,=1"/],
    [['renames', 'confirm', 'ALPHA', 'ALPHA', '2026-02-26'], /expected two symbols, found ALPHA twice/],
  ])('%j names no share, and changes nothing', async (args, words) => {
    const before = items();
    const refused = await runCli(home, [...args, '--why', 'looked at the circular', '--json']);
    expect(refused.code).toBe(2);
    expect(refused.json<{ error: { message: string } }>().error.message).toMatch(words);
    expect(items()).toEqual(before);
  });
});

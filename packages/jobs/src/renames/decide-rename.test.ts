import { expect, it } from 'vitest';
import { loadIdentity } from '@aion/market';
import { makeFixturePorts } from '../../../market/test/fixture-ports.ts';
import { decideRename, type RenameJudgement } from './decide-rename.ts';

const asked = (change: Partial<RenameJudgement> = {}): RenameJudgement => ({
  exchange: 'NSE',
  from: 'oldname',
  to: 'NEWNAME',
  sessionDate: '2026-02-25',
  decision: 'confirmed',
  why: ' the circular of 20 February ',
  actor: { kind: 'operator', name: 'asha' },
  ...change,
});

it('a rename is kept with who and why, under the names as exchanges write them', async () => {
  const ports = makeFixturePorts();
  const decided = await decideRename(ports, asked());
  expect(decided).toMatchObject({ from: 'OLDNAME', to: 'NEWNAME', by: 'asha', why: 'the circular of 20 February' });
  expect((await loadIdentity(ports, 'NSE')).decisions).toEqual([decided]);
});

it('what is no two symbols, no date or no reason is refused by name, and nothing is written', async () => {
  const ports = makeFixturePorts();
  const wrong: readonly (readonly [Partial<RenameJudgement>, RegExp])[] = [
    [{ from: 'al pha,=1', to: '!!' }, /expected a symbol .* found "al pha,=1"/],
    [{ to: '!!' }, /expected a symbol .* found "!!"/],
    [{ from: 'ALPHA', to: 'alpha' }, /expected two symbols, found ALPHA twice/],
    [{ sessionDate: '2026-02-30' }, /expected a date as YYYY-MM-DD, found "2026-02-30"/],
    [{ why: ' no ' }, /at least three letters/],
    [{ why: 'x'.repeat(501) }, /at most 500 letters/],
  ];
  for (const [change, words] of wrong) {
    const refused = expect(decideRename(ports, asked(change)), JSON.stringify(change)).rejects;
    await refused.toMatchObject({ code: 'bad_input', message: expect.stringMatching(words) as string });
  }
  expect((await loadIdentity(ports, 'NSE')).decisions).toEqual([]);
});

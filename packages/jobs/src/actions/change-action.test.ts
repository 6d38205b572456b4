import { expect, it } from 'vitest';
import { actionsAsOf, loadActionLog } from '@aion/market';
import { makeFixturePorts } from '../../../market/test/fixture-ports.ts';
import { changeAction, type ActionChange } from './change-action.ts';

const asked = (change: Partial<ActionChange> = {}): ActionChange => ({
  exchange: 'NSE',
  symbol: 'alpha',
  exDate: '2026-02-27',
  kind: 'split',
  value: 2,
  why: 'the announcement of 2 February',
  withdraw: false,
  actor: { kind: 'operator' },
  ...change,
});

it('a corporate action by hand is in the log with who and why, counts, and can be taken out', async () => {
  const ports = makeFixturePorts();
  expect((await changeAction(ports, asked())).changed).toBe(true);
  expect((await changeAction(ports, asked())).changed).toBe(false);
  const log = await loadActionLog(ports, 'NSE');
  expect(log).toMatchObject([{ symbol: 'ALPHA', kind: 'split', value: 2, source: 'admin', by: 'command line' }]);
  expect(actionsAsOf(log, Infinity)).toHaveLength(1);
  expect((await changeAction(ports, asked({ withdraw: true }))).changed).toBe(true);
  expect(actionsAsOf(await loadActionLog(ports, 'NSE'), Infinity)).toEqual([]);
});

it('what is no action is refused by name, and nothing is written', async () => {
  const ports = makeFixturePorts();
  const wrong: Partial<ActionChange>[] = [
    { exDate: '2026-02-30' },
    { kind: 'gift' },
    ...[0, -1, Number.NaN, Infinity, 1e6 + 1].map((value) => ({ value })),
    ...['=CMD()', 'a b,c', '', 'NSE:ALPHA'].map((symbol) => ({ symbol })),
    ...['no', '   ', 'x'.repeat(501)].map((why) => ({ why })),
  ];
  for (const change of wrong)
    await expect(changeAction(ports, asked(change)), JSON.stringify(change)).rejects.toMatchObject({
      code: 'bad_input',
    });
  expect(await loadActionLog(ports, 'NSE')).toEqual([]);
});

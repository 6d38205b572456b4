import { expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { quarantineRows, readQuarantine } from './quarantine.ts';

const DEFECT = {
  code: 'number',
  line: 2,
  field: 'close',
  value: 'x',
  message: 'expected a number',
  row: 'A,x',
} as const;

it('gives back the rows as they were set aside, from any of them on', async () => {
  const ports = makeFixturePorts();
  const rows = Array.from({ length: 5 }, (_, at) => ({ ...DEFECT, line: at + 2 }));
  const summary = await quarantineRows(ports, 'NSE', 'bars.csv', 0, rows);
  expect(await readQuarantine(ports, summary)).toEqual(rows.map((row) => ({ file: 'bars.csv', ...row })));
  expect((await readQuarantine(ports, summary, 2, 3)).map(({ line }) => line)).toEqual([5, 6]);
});

it.each([
  ['a code that no row can have', { file: 'bars.csv', ...DEFECT, code: 'haunted' }],
  ['a line that is a text', { file: 'bars.csv', ...DEFECT, line: '2' }],
  ['a row without its file', DEFECT],
])('names the row that is stored with %s', async (_what, odd) => {
  const ports = makeFixturePorts();
  const summary = await quarantineRows(ports, 'NSE', 'bars.csv', 0, [DEFECT]);
  const lines = [JSON.stringify({ file: 'bars.csv', ...DEFECT }), JSON.stringify(odd)].join('\n');
  const { key } = await ports.objects.put('quarantine/NSE', new TextEncoder().encode(lines), '.jsonl');
  await expect(readQuarantine(ports, { ...summary, objectKey: key })).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining('row 2 of bars.csv in quarantine') as string,
  });
});

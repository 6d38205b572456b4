import { expect, it } from 'vitest';
import { csvCell } from './csv-cell.ts';

it('a cell that a spreadsheet would run is text', () => {
  for (const text of ['=1+1', '+A1', '-A1', '-1+cmd', '@sum', '\tx', '-']) expect(csvCell(text), text).toBe(`'${text}`);
  expect(csvCell('\r=1')).toBe(`"'\r=1"`);
});

it('numbers and plain text stay as they are, quotes are doubled', () => {
  for (const text of ['-1.5', '+2', '-.5e-3', 'M&M', '', 'a-b']) expect(csvCell(text)).toBe(text);
  expect(csvCell('a,"b"')).toBe('"a,""b"""');
});

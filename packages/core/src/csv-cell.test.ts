import { expect, it } from 'vitest';
import { csvCell } from './csv-cell.ts';

const FORMULAS = ['=1+1', '+A1', '-A1', '-1+cmd', '@sum', '\tx', '-', '＝1+1', '＋A1', '－A1', '＠sum'];
const PLAIN = ['-1.5', '+2', '-.5e-3', 'M&M', '', 'a-b', 'a=b'];

/** The texts that a writer of cells leaves for a spreadsheet to run. */
const runnable = (write: (text: string) => string): string[] => FORMULAS.filter((text) => write(text) !== `'${text}`);

it('a cell that a spreadsheet would run is text', () => {
  expect(runnable(csvCell)).toEqual([]);
  expect(csvCell('\r=1')).toBe(`"'\r=1"`);
  expect(csvCell('\n=1')).toBe(`"'\n=1"`);
  expect(csvCell('=HYPERLINK("http://x","a")')).toBe(`"'=HYPERLINK(""http://x"",""a"")"`);
});

it('numbers and plain text stay as they are, quotes are doubled', () => {
  for (const text of PLAIN) expect(csvCell(text)).toBe(text);
  expect(csvCell('a,"b"')).toBe('"a,""b"""');
});

it('a writer that only quotes, or knows the ASCII signs alone, is found', () => {
  expect(runnable((text) => (/[",\r\n]/.test(text) ? `"${text}"` : text))).toEqual(FORMULAS);
  expect(runnable((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text))).toEqual(FORMULAS.slice(-4));
});

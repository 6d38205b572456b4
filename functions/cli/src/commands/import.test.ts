import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { newFolder, removeFolders } from '../../../../test/embedded-home.ts';
import { outcomeHere, useHome } from '../../test/run-here.ts';
import { addImportCommand } from './import.ts';

afterAll(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

const HEADER = 'symbol,date,open,high,low,close,volume\n';
const GOOD = `${HEADER}ABC,2024-01-15,100,101,99,100,1000\n`;
const BROKEN = `${HEADER}ABC,2024-01-16,0,0,0,0,0\n`;

async function codeOf(files: Readonly<Record<string, string>>): Promise<number> {
  useHome(join(newFolder('import-home'), 'home'));
  const folder = newFolder('import');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return (await outcomeHere([addImportCommand], ['import', folder])).code;
}

describe('an import of which nothing is used', () => {
  it.each([
    ['a file that is left alone', { 'bars.xlsx': GOOD }],
    ['a file of another market', { 'us_daily.csv': GOOD }],
    ['broken bars', { 'bars.csv': BROKEN }],
    ['broken bars beside a file that is left alone', { 'bars.csv': BROKEN, 'README.txt': 'bars' }],
  ])('fails: %s', async (_, files) => {
    expect(await codeOf(files)).toBe(2);
  });

  it('is none where one of its files is used', async () => {
    expect(await codeOf({ 'bars.csv': GOOD, 'broken.csv': BROKEN, 'README.txt': 'bars' })).toBe(0);
  });
});

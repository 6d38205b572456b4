import type { ImportRun } from '@aion/contracts';
import { describe, expect, it } from 'vitest';
import { importWords, ownImport } from './import-words.ts';

const run = (over: Partial<ImportRun>): ImportRun => ({
  id: '1',
  name: 'a.csv',
  by: 'ops@example.org',
  bytes: 1,
  state: 'running',
  startedAt: '2026-11-30T12:00:00.000Z',
  finishedAt: null,
  progress: null,
  report: null,
  error: null,
  ...over,
});

describe('the words of an import', () => {
  it('say what the server records of the newest file of that name', () => {
    const reading = run({ progress: { phase: 'reading', done: 0, total: 1 } });
    const words = (...imports: ImportRun[]): string =>
      importWords(ownImport(imports, { name: 'a.csv', before: new Set(['0']) }));
    expect(words()).toBe('Uploading');
    expect(words(run({ state: 'waiting' }), reading)).toBe('Received, waits for its turn');
    expect(words(reading)).toBe('Reading the rows');
    expect(words(run({ progress: { phase: 'storing', done: 1, total: 1 } }))).toBe('Storing the bars');
    expect(words(run({ name: 'b.csv' }))).toBe('Uploading');
    // Of the same name, and known before this one was sent.
    expect(words(run({ id: '0' }))).toBe('Uploading');
  });
});

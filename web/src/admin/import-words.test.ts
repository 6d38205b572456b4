import type { ImportRun } from '@aion/contracts';
import { describe, expect, it } from 'vitest';
import { importWords } from './import-words.ts';

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
    expect(importWords([], 'a.csv')).toBe('Uploading');
    expect(importWords([run({ state: 'waiting' }), reading], 'a.csv')).toBe('Received, waits for its turn');
    expect(importWords([reading], 'a.csv')).toBe('Reading the rows');
    expect(importWords([run({ progress: { phase: 'storing', done: 1, total: 1 } })], 'a.csv')).toBe('Storing the bars');
    expect(importWords([run({ name: 'b.csv' })], 'a.csv')).toBe('Uploading');
    // The one before it has ended: this one is on its way to the server.
    expect(importWords([run({ state: 'done' })], 'a.csv')).toBe('Uploading');
  });
});

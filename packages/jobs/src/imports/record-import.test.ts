import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportReport } from '@aion/contracts';
import { AppError, type LogLevel, type StoredItem } from '@aion/core';
import { makeFixturePorts, type FixturePorts } from '../../../market/test/fixture-ports.ts';
import type { Actor } from '../actor.ts';
import { recordImport } from './record-import.ts';

const REPORT: ImportReport = { files: [], rows: 1, stored: 1, quarantined: [], sessions: [], symbols: 1 };
const ASHA: Actor = { kind: 'user', email: 'asha@example.org' };
const upload = { name: 'bars.csv', bytes: 7, actor: ASHA };

let ports: FixturePorts;
let states: unknown[];
let monotonicMs: number;
let logged: { level: LogLevel; message: string; fields: Readonly<Record<string, unknown>> }[];
beforeEach(() => {
  ports = makeFixturePorts();
  states = [];
  logged = [];
  monotonicMs = 0;
  ports.beforePut = ({ body }) => states.push([body['state'], body['progress']]);
});
const host = () => ({
  items: ports.items,
  clock: { ...ports.clock, monotonicMs: () => monotonicMs },
  owner: { name: 'here:1:1', isGone: () => false },
  telemetry: {
    log: (level: LogLevel, message: string, fields = {}) => void logged.push({ level, message, fields }),
    count() {},
    gauge() {},
    duration() {},
  },
});
const kept = async (): Promise<StoredItem['body']> => (await ports.storedItems())[0]!.body;

describe('the record of an import', () => {
  it('goes from waiting over its progress to done, with who, what and the report', async () => {
    const reading = { phase: 'reading', done: 0, total: 1 } as const;
    const storing = { phase: 'storing', done: 1, total: 1 } as const;
    const report = await recordImport(host(), upload, async (onProgress) => {
      onProgress(reading);
      // Told more often than anybody looks.
      onProgress({ ...reading, done: 1 });
      onProgress(storing);
      monotonicMs += 500;
      onProgress(storing);
      return REPORT;
    });
    expect(report).toEqual(REPORT);
    expect(states).toEqual([
      ['waiting', null],
      ['running', reading],
      ['running', storing],
      ['running', storing],
      ['done', null],
    ]);
    expect(await kept()).toMatchObject({ ...{ name: 'bars.csv', bytes: 7, by: 'asha@example.org' }, report: REPORT });
    expect(await kept()).toMatchObject({ owner: 'here:1:1', error: null, finishedMs: ports.clock.nowMs() });
    expect(logged).toEqual([]);
  });

  it('says why it failed in words for the caller, and otherwise the id under which the log has it', async () => {
    const refused = new AppError('too_large', 'the archive unpacks to more than 256 MiB');
    await expect(recordImport(host(), upload, () => Promise.reject(refused))).rejects.toBe(refused);
    expect(await kept()).toMatchObject({ state: 'failed', error: refused.message, report: null });
    expect(logged).toMatchObject([{ level: 'warn', fields: { error: refused.message } }]);

    ports = makeFixturePorts();
    logged = [];
    const inside = new AppError('unavailable', 'ENOSPC /home/aion/state.db', { audience: 'operator' });
    await expect(recordImport(host(), upload, () => Promise.reject(inside))).rejects.toBe(inside);
    const { id, error } = await kept();
    expect(error).toBe(`it failed inside; the operator finds the cause in the log under ${String(id)}`);
    expect(logged).toMatchObject([{ level: 'error', fields: { importId: id, error: inside.message } }]);
  });

  it('that cannot be written does not stop the import, and the log says so', async () => {
    ports.beforePut = () => {
      throw new Error('no disk');
    };
    expect(await recordImport(host(), upload, async () => REPORT)).toEqual(REPORT);
    expect(logged.map(({ level, fields }) => [level, fields['error']])).toEqual([
      ['warn', 'no disk'],
      ['warn', 'no disk'],
    ]);
  });
});

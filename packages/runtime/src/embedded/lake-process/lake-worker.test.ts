import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { silentTelemetry } from '@aion/core';
import type { Actor } from '@aion/jobs';
import { readManifest } from '@aion/market';
import { newFolder, openHome, removeFolders } from '../../../../../test/embedded-home.ts';
import { canMount, mountAt, unmount } from '../../../../../test/small-mount.ts';
import type { Embedded } from '../compose-embedded.ts';
import { listImports, saveImport, type ImportRecord } from '@aion/jobs/imports';
import { makeLakeWorker } from './lake-worker.ts';
import { receiveUpload } from '../server/receive-upload.ts';
import { stageToFile, sweepUploads } from '../../serving/staged-upload.ts';

const HEADER = 'symbol,date,open,high,low,close,volume';
const MIB = 1024 * 1024;
let home: Embedded;
beforeEach(() => void (home = openHome(newFolder('lake-worker'))));
afterEach(() => home.close());
afterAll(removeFolders);

const OPS: Actor = { kind: 'user', email: 'ops@example.org' };
const bodyOf = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream();
const rows = (symbol: string): string => `${HEADER}\n${symbol},2026-02-27,10,11,9,10.5,1000\n`;
const imports = () => listImports(home.items, home.clock, () => false);

describe('the lake worker', () => {
  it('reads a file in a process of its own that knows no more than its machine', async () => {
    const children: ChildProcess[] = [];
    const lake = makeLakeWorker({ loaded: home.loaded, telemetry: silentTelemetry, onChild: (c) => children.push(c) });
    const path = join(home.loaded.home, 'a.csv');
    writeFileSync(path, rows('ALPHA'));
    const report = await lake.importFile({ path, name: 'a.csv', replace: false });
    expect(report).toMatchObject({ stored: 1, files: [{ name: 'a.csv', status: 'imported' }] });
    expect(children).toHaveLength(1);
    expect(children[0]!.spawnargs.join(' ')).not.toContain('a.csv');
    expect((await readManifest(home.ingest, 'NSE', 'daily')).symbols).toEqual(['ALPHA']);
  });

  it('does the jobs of the timetable about records beside the files that wait', async () => {
    const lake = makeLakeWorker({ loaded: home.loaded, telemetry: silentTelemetry });
    expect(await lake.records('alerts', '2026-02-27')).toEqual({
      figures: { raised: 0, fresh: 0, whyNow: 0, requests: 0, done: 0, failed: 0, deadLetters: 0 },
    });
    // No signals are active in this home: there is nobody to ask for, and nothing goes out.
    expect(await lake.records('social', '2026-02-27')).toEqual({
      figures: { social: 'no active signals to ask for' },
    });
  });

  it('says how its process ended, also when that was before it could be told what to do', async () => {
    const onChild = (child: ChildProcess): void => {
      child.kill('SIGKILL');
      child.send = (_message: unknown, done?: unknown) => {
        (done as (error: Error) => void)(new Error('write EPIPE'));
        return false;
      };
    };
    const lake = makeLakeWorker({ loaded: home.loaded, telemetry: silentTelemetry, onChild });
    await expect(lake.careAtNight()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/ended by SIGKILL/) as string,
    });
  });

  it('says so when its process was killed, leaves the lake whole, and does the next job', async () => {
    let kill = true;
    const onChild = (child: ChildProcess): void => void (kill && child.kill('SIGKILL'));
    const lake = makeLakeWorker({ loaded: home.loaded, telemetry: silentTelemetry, onChild });
    const upload = await receiveUpload(home, lake, 'a.csv', bodyOf(rows('ALPHA')), MIB);
    await expect(upload.import({ replace: false, actor: OPS, stated: {} })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/ended by SIGKILL.*What the lake holds is whole.*Send it again/) as string,
    });
    expect(await imports()).toMatchObject([
      { name: 'a.csv', by: 'ops@example.org', state: 'failed', error: expect.stringMatching(/SIGKILL/) as string },
    ]);
    kill = false;
    await upload.import({ replace: false, actor: OPS, stated: {} });
    expect((await imports())[0]).toMatchObject({ state: 'done', report: { stored: 1 }, error: null });
    await upload.discard();
    expect(readdirSync(join(home.loaded.home, 'uploads'))).toEqual([]);
  });

  it('does one job after the other, and lets no more than twenty wait', async () => {
    const lake = makeLakeWorker({ loaded: home.loaded, telemetry: silentTelemetry });
    const jobs = Array.from({ length: 22 }, () => lake.importFile({ path: 'x', name: '.hidden', replace: false }));
    lake.stop();
    const settled = await Promise.allSettled(jobs);
    const codes = settled.map((job) => (job.status === 'rejected' ? (job.reason as { code: string }).code : 'done'));
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(2);
    expect(codes.filter((code) => code === 'conflict').length).toBeGreaterThanOrEqual(19);
  });
});

describe('an upload', () => {
  it('lies in a file that only its owner may read, and goes when it is too large', async () => {
    const file = await stageToFile(home.loaded.home, bodyOf('12345'), 5);
    expect(file).toMatchObject({ bytes: 5 });
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    await file.discard();
    await expect(stageToFile(home.loaded.home, bodyOf('123456'), 5)).rejects.toMatchObject({ code: 'too_large' });
    expect(readdirSync(join(home.loaded.home, 'uploads'))).toEqual([]);
  });

  it('is whole, also where the system takes a part of what is written at a time', async () => {
    const handle = await open(join(home.loaded.home, 'probe'), 'w');
    const prototype = Object.getPrototypeOf(handle) as { write(chunk: Uint8Array): Promise<unknown> };
    await handle.close();
    const write = prototype.write;
    // A write may take a part of what it is given, and says how much.
    prototype.write = function (this: unknown, chunk: Uint8Array) {
      return write.call(this, chunk.subarray(0, Math.ceil(chunk.length / 2)));
    };
    onTestFinished(() => void (prototype.write = write));
    const body = new Blob(['12345678']).stream().pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(chunk, out) {
          for (const byte of chunk) out.enqueue(new Uint8Array([byte, byte]));
        },
      }),
    );
    const file = await stageToFile(home.loaded.home, body, 16);
    expect(readFileSync(file.path, 'utf8')).toBe('1122334455667788');
    await file.discard();
  });

  it.runIf(canMount)('that does not fit on the disk is refused with 507, and leaves nothing there', async () => {
    const small = newFolder('small-upload');
    mountAt(small, '64k');
    onTestFinished(() => unmount(small));
    const body = new Blob([new Uint8Array(200_000)]).stream();
    await expect(stageToFile(small, body, MIB)).rejects.toMatchObject({
      code: 'no_space',
      message: expect.stringContaining('uploads') as string,
    });
    expect(readdirSync(join(small, 'uploads'))).toEqual([]);
  });

  it('that a dead process left behind is removed at the next start, that of a living one is not', async () => {
    const folder = join(home.loaded.home, 'uploads');
    mkdirSync(folder, { recursive: true });
    const name = (pid: number): string => `${encodeURIComponent(`${hostname()}:${pid}:1`)}~x`;
    writeFileSync(join(folder, name(2 ** 22 + 1)), 'left behind');
    const kept = await stageToFile(home.loaded.home, bodyOf('mine'), 10);
    expect(sweepUploads(home.loaded.home)).toBe(1);
    expect(readdirSync(folder)).toHaveLength(1);
    await kept.discard();
  });

  it('whose process is gone is shown as failed, also when nobody could write that down', async () => {
    const record: ImportRecord = {
      id: '1',
      name: 'a.csv',
      by: 'ops',
      bytes: 1,
      state: 'running',
      startedMs: home.clock.nowMs(),
      finishedMs: null,
      progress: { phase: 'reading', done: 0, total: 1 },
      report: null,
      error: null,
      owner: 'elsewhere',
    };
    await saveImport(home.items, record);
    expect(await imports()).toMatchObject([{ state: 'running', progress: { phase: 'reading' } }]);
    const gone = await listImports(home.items, home.clock, (owner) => owner === 'elsewhere');
    expect(gone).toMatchObject([
      { state: 'failed', progress: null, error: expect.stringMatching(/is whole/) as string },
    ]);
    expect(JSON.stringify(gone)).not.toContain('elsewhere');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportReport, MarketStatus, QuarantinePage } from '@aion/contracts';
import { call as callApi, problemOf } from './api-caller.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { HEADER, quarantineOf, testUploads, uploadFile, type UploadBody } from './uploads.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

let served: ServedHome;
let admin: Member;
const call = (member: Member, path: string, init?: RequestInit): Promise<Response> =>
  callApi(served, member, path, init);

beforeAll(async () => {
  served = await serveHome(newFolder('api-uploads'));
  admin = await newMember(served, 'basic', 'admin');
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

// Each file is read by a process of its own: more of them are in the long form.
testUploads({ atOnce: 3, refused: ['half.zip', 'later.csv'] });

describe('uploads and quarantine', () => {
  const GOOD = [HEADER, 'ALPHA,2026-02-26,10,11,9,10.5,1000', 'ALPHA,2026-02-27,10,11,9,10.5,1000'].join('\n');
  const BAD_ROWS = 30;
  // A file of which more than a quarter is wrong is refused as a whole.
  const MORE_GOOD_ROWS = 100;
  const MIXED = [
    HEADER,
    'BETA,2026-02-27,10,11,9,10.5,1000',
    ...Array.from({ length: BAD_ROWS }, (_, i) => `GAMMA${i},2026-02-27,10,8,9,10.5,1000`),
    ...Array.from({ length: MORE_GOOD_ROWS }, (_, i) => `DELTA${i},2026-02-27,10,11,9,10.5,1000`),
  ].join('\n');
  const upload = (name: string, body: UploadBody, headers?: Record<string, string>): Promise<Response> =>
    uploadFile(served, admin, name, body, headers);
  const quarantine = (query = ''): Promise<QuarantinePage> => quarantineOf(served, admin, query);

  it('a good file is stored and says so; sent again nothing changes', async () => {
    const report = ImportReport.parse(await (await upload('good.csv', GOOD)).json());
    expect(report).toMatchObject({ rows: 2, stored: 2, files: [{ name: 'good.csv', status: 'imported' }] });
    const again = ImportReport.parse(await (await upload('good.csv', GOOD)).json());
    expect(again.files[0]).toMatchObject({ stored: 0, duplicates: 2 });
    const status = MarketStatus.parse(await (await call(admin, '/v1/market/status')).json());
    expect(status.lastBarDate).toBe('2026-02-27');
  });

  it('sent with an Idempotency-Key it is imported once, and the key is bound to its bytes', async () => {
    const headers = { 'idempotency-key': 'upload-key-1' };
    const first = await (await upload('keyed.csv', GOOD, headers)).json();
    expect(await (await upload('keyed.csv', GOOD, headers)).json()).toEqual(first);
    expect((await upload('keyed.csv', `${GOOD}\n`, headers)).status).toBe(409);
  });

  it('bad rows are set aside with line, field, reason and remedy, and are paged without a gap or a repeat', async () => {
    const report = ImportReport.parse(await (await upload('mixed.csv', MIXED)).json());
    expect(report.files[0]).toMatchObject({ stored: 1 + MORE_GOOD_ROWS, quarantined: BAD_ROWS });
    const rows: QuarantinePage['rows'] = [];
    let cursor: string | null = null;
    do {
      const page: QuarantinePage = await quarantine(`?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.total).toBe(BAD_ROWS);
      rows.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== null && rows.length < 100);
    expect(rows.map(({ line }) => line).sort((a, b) => a! - b!)).toEqual(
      Array.from({ length: BAD_ROWS }, (_, i) => i + 3),
    );
    expect(new Set(rows.map(({ id }) => id)).size).toBe(BAD_ROWS);
    for (const row of rows) expect(row.reason.length * row.whatToDo.length * row.field!.length).toBeGreaterThan(0);
    expect((await quarantine(`?code=${rows[0]!.code}`)).rows).toHaveLength(BAD_ROWS);
    expect((await quarantine('?code=no_such_code')).rows).toEqual([]);
    for (const bad of ['x', '-1', '1e3', 'NaN', '50', '1.aaaaaaaaaaaaaaaa:0', '9999999999999.aaaaaaaaaaaaaaaa:0']) {
      expect((await problemOf(await call(admin, `/v1/admin/quarantine?cursor=${bad}`))).status).toBe(422);
    }
  });

  it('an empty body, a bad name and a body over 32 MiB are refused before anything is read of them', async () => {
    expect((await problemOf(await upload('empty.csv', ''))).detail).toMatch(/empty/);
    for (const name of ['../../etc/passwd', 'a.exe', '.csv', 'a/b.csv', 'a\\b.csv', `${'x'.repeat(200)}.csv`, '']) {
      expect((await problemOf(await upload(name, GOOD))).errors?.[0]?.path, name).toBe('name');
    }
    const large = new Uint8Array(32 * 1024 * 1024 + 1);
    expect(await problemOf(await upload('large.csv', large))).toMatchObject({ status: 413, code: 'too_large' });
    const rows = (await quarantine('?limit=200')).rows.map((row) => row.file);
    expect(rows).not.toContain('large.csv');
  });

  it('a body of undeclared length is cut off at the limit', async () => {
    const piece = new Uint8Array(1024 * 1024);
    let sent = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (++sent > 40) controller.close();
        else controller.enqueue(piece);
      },
    });
    const init = { duplex: 'half' } as RequestInit;
    const response = await call(admin, '/v1/admin/bhavcopy?name=stream.csv', {
      ...init,
      method: 'POST',
      body: stream,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect((await problemOf(response)).status).toBe(413);
  });

  it('bars that do not tell their size are refused with what to say, and taken once it is said', async () => {
    const lone = 'symbol,datetime,open,high,low,close,volume\nLONE,2026-02-27 10:15:00,10,11,9,10.5,1000\n';
    const ask = async (stated: string) => upload(`lone.csv${stated}`, lone);
    const [refused] = ImportReport.parse(await (await ask('')).json()).files;
    expect(refused).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('state it where you upload it') as string,
    });
    const [taken] = ImportReport.parse(await (await ask('&barMinutes=60&stamps=end')).json()).files;
    expect(taken).toMatchObject({
      status: 'imported',
      stored: 1,
      reason: expect.stringMatching(/ended|end/) as string,
    });
    for (const wrong of ['&barMinutes=15', '&barMinutes=x', '&stamps=middle'])
      expect((await ask(wrong)).status, wrong).toBe(400);
    const headers = { 'idempotency-key': 'stated-key-1' };
    await upload('lone.csv&barMinutes=60', lone, headers);
    expect((await upload('lone.csv&barMinutes=5', lone, headers)).status).toBe(409);
  });
});

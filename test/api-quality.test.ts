import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionLog, Problem, QualityAnswer, QuarantinePage, RowReview, SourceList } from '@aion/contracts';
import { toEpochDay } from '@aion/core';
import {
  auditDaily,
  loadAccepted,
  loadActions,
  loadCalendar,
  makeQualityReport,
  readManifest,
  readSymbol,
  saveQualityReport,
  type DailyBars,
} from '@aion/market';
import { saveDisagreements } from '@aion/market/sources';
import { newFolder, removeFolders } from './embedded-home.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

let served: ServedHome;
let admin: Member;
let pro: Member;

const SESSIONS = ['2026-02-23', '2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27'];
const call = (member: Member, path: string, body?: unknown, key?: string): Promise<Response> =>
  fetch(served.api.url + path, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${member.token}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  });

beforeAll(async () => {
  served = await serveHome(newFolder('api-quality'));
  admin = await newMember(served, 'basic', 'admin');
  pro = await newMember(served, 'elite');
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

const disagreement = (date: string) => ({
  code: 'source_disagreement' as const,
  symbol: 'HALF',
  date,
  closes: { yahoo: 50, nse: 51 },
  chosen: 'nse' as const,
  chosenBy: 'priority' as const,
  message: `yahoo 50, nse 51 on ${date}`,
});

/** A share that halves without an action. */
function halved(): DailyBars {
  const close = Float64Array.of(100, 101, 50, 51, 52);
  const high = close.map((price) => price + 1);
  const low = close.map((price) => price - 1);
  const sessionDay = Int32Array.from(SESSIONS, toEpochDay);
  return { symbol: 'HALF', sessionDay, open: close, high, low, close, volumeShares: Float64Array.of(1, 2, 3, 4, 5) };
}

describe('data quality over HTTP', () => {
  it('is nobody else’s business: for all but admins the routes are not there', async () => {
    for (const path of ['/v1/admin/quality', '/v1/admin/actions', '/v1/admin/sources'])
      expect((await call(pro, path)).status, path).toBe(404);
    for (const path of ['/v1/admin/quality/decisions', '/v1/admin/actions', '/v1/admin/quarantine/reviews'])
      expect((await call(pro, path, {})).status, path).toBe(404);
  });

  it('says that there is no report yet, then gives the newest or that of a session', async () => {
    expect(await (await call(admin, '/v1/admin/quality')).json()).toEqual({ report: null, accepted: [] });
    const audit = auditDaily([halved()], { calendar: loadCalendar('NSE') });
    const report = makeQualityReport(audit, '2026-02-27', new Set(['HALF']));
    await saveQualityReport(served.embedded, 'NSE', report);
    await saveQualityReport(served.embedded, 'NSE', { ...report, sessionDate: '2026-02-26' });
    const shown = QualityAnswer.parse(await (await call(admin, '/v1/admin/quality')).json()).report!;
    expect(shown).toMatchObject({ sessionDate: '2026-02-27', series: 1 });
    expect(shown.issues.map(({ code, symbol }) => [code, symbol])).toContainEqual(['unexplained_jump', 'HALF']);
    expect(shown.symbols[0]).toMatchObject({ symbol: 'HALF', heldBack: true });
    expect(shown.proposals[0]).toMatchObject({
      symbol: 'HALF',
      kind: 'split_or_bonus',
      value: 2,
      exDate: '2026-02-25',
    });
    await saveDisagreements(served.embedded.items, 'NSE', [disagreement('2026-02-26'), disagreement('2026-03-02')], 1);
    const again = QualityAnswer.parse(await (await call(admin, '/v1/admin/quality')).json()).report!;
    expect(
      again.issues.filter(({ code }) => code === 'source_disagreement').map(({ sessionDate }) => sessionDate),
    ).toEqual(['2026-02-26']);
    const older = QualityAnswer.parse(await (await call(admin, '/v1/admin/quality?date=2026-02-26')).json());
    expect(older.report!.sessionDate).toBe('2026-02-26');
  });

  it('keeps a decision with who and why, once for a key, and takes it back', async () => {
    const decision = { code: 'unexplained_jump', symbol: 'HALF', sessionDate: '2026-02-25', why: 'a real fall' };
    const path = '/v1/admin/quality/decisions';
    for (let i = 0; i < 2; i++) expect((await call(admin, path, decision, 'a-key-of-its-own')).status).toBe(200);
    expect(await loadAccepted(served.embedded, 'NSE')).toEqual([
      {
        code: 'unexplained_jump',
        symbol: 'HALF',
        day: toEpochDay('2026-02-25'),
        // With other values it would be another finding.
        message: expect.stringMatching(/factor of 0.495/) as string,
      },
    ]);
    const answer = QualityAnswer.parse(await (await call(admin, '/v1/admin/quality')).json());
    expect(answer.accepted.map(({ code, symbol, severity }) => [code, symbol, severity])).toEqual([
      ['unexplained_jump', 'HALF', 'error'],
    ]);
    expect((await call(admin, path, { ...decision, symbol: 'NOSUCH' })).status).toBe(422);
    expect((await call(admin, path, { ...decision, revoke: true })).status).toBe(200);
    expect(await loadAccepted(served.embedded, 'NSE')).toEqual([]);
    expect((await call(admin, path, { ...decision, code: 'no_such_code' })).status).toBe(422);
    // A value that is no number stays out, whoever says so.
    expect((await call(admin, path, { ...decision, code: 'not_a_number' })).status).toBe(422);
    expect((await call(admin, path, { ...decision, why: 'x' })).status).toBe(400);
  });

  it('writes an action down and takes it out; the log keeps both words', async () => {
    const change = { symbol: 'HALF', exDate: '2026-02-25', kind: 'split_or_bonus', value: 2, why: 'circular 7' };
    expect(await (await call(admin, '/v1/admin/actions', change)).json()).toEqual({ changed: true });
    expect(await (await call(admin, '/v1/admin/actions', change)).json()).toEqual({ changed: false });
    expect(await loadActions(served.embedded, 'NSE')).toHaveLength(1);
    await call(admin, '/v1/admin/actions', { ...change, withdraw: true });
    expect(await loadActions(served.embedded, 'NSE')).toEqual([]);
    const log = ActionLog.parse(await (await call(admin, '/v1/admin/actions?symbol=half')).json());
    expect(log.entries.map(({ withdrawn, by, why }) => [withdrawn, by, why])).toEqual([
      [true, admin.email, 'circular 7'],
      [false, admin.email, 'circular 7'],
    ]);
    expect((await call(admin, '/v1/admin/actions', { ...change, value: -1 })).status).toBe(400);
  });

  it('releases a quarantined row with corrections, and refuses one that is still wrong', async () => {
    const csv =
      'symbol,date,open,high,low,close,volume\nZZA,2026-02-27,10,8,9,10.5,1000\nZZB,2026-02-27,10,8,9,10.5,1000\nZZC,2026-02-27,10,11,9,10.5,1000\n';
    await fetch(`${served.api.url}/v1/admin/bhavcopy?name=zz.csv`, {
      method: 'POST',
      body: csv,
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/octet-stream' },
    });
    const page = async () => QuarantinePage.parse(await (await call(admin, '/v1/admin/quarantine')).json());
    const [a, b] = (await page()).rows;
    expect(a).toMatchObject({ row: 'ZZA,2026-02-27,10,8,9,10.5,1000', symbol: 'ZZA', review: null });
    const review = { entryId: a!.entryId, file: a!.file, line: a!.line, decision: 'release', why: 'a slip of the pen' };
    const path = '/v1/admin/quarantine/reviews';
    expect(Problem.parse(await (await call(admin, path, review)).json()).detail).toMatch(/expected high at or above/);
    const released = await call(admin, path, { ...review, corrections: { high: '11' } });
    expect(RowReview.parse(await released.json())).toMatchObject({ decision: 'released', by: admin.email });
    const stored = await readSymbol(
      served.embedded.ingest,
      await readManifest(served.embedded.ingest, 'NSE', 'daily'),
      'ZZA',
    );
    expect([...stored!.high]).toEqual([11]);
    const dismissed = await call(admin, path, { ...review, line: b!.line, decision: 'dismiss' });
    expect(RowReview.parse(await dismissed.json()).decision).toBe('dismissed');
    expect((await page()).rows.map(({ review: made }) => made?.decision)).toEqual(['released', 'dismissed']);
    expect((await call(admin, path, { ...review, corrections: { high: '1\n2' } })).status).toBe(400);
    expect((await call(admin, path, { ...review, corrections: { volume: '1,2' } })).status).toBe(400);
  });

  it('lists the sources with what is off and what that costs', async () => {
    const { sources } = SourceList.parse(await (await call(admin, '/v1/admin/sources')).json());
    expect(sources.find(({ name }) => name === 'kite')).toMatchObject({
      on: false,
      state: expect.stringMatching(/KITE_API_KEY.*without it/),
    });
    expect(sources.find(({ name }) => name === 'nse')).toMatchObject({ on: true, mayBeShown: false });
  });
});

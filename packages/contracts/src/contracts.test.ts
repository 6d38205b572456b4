import { describe, expect, it } from 'vitest';
import { AT, count, DAY, run, scan } from '../test/examples.ts';
import { strictContracts } from '../test/strictness.ts';
import * as account from './account.ts';
import * as admin from './admin.ts';
import * as common from './common.ts';
import * as quality from './quality.ts';
import * as runs from './runs.ts';
import * as scanner from './scanner.ts';

const secret = 's'.repeat(20);
const capabilities = {
  signals: 'all',
  hourlyRefinement: true,
  exportCsv: true,
  automaticExecution: true,
  admin: false,
};
const me = {
  userId: 'u',
  email: 'a@b.example',
  tier: 'pro',
  role: 'member',
  capabilities,
  viewing: { by: 'x', reason: 'support', endsAt: AT },
};
const status = {
  exchange: 'NSE',
  timeZone: 'Asia/Kolkata',
  now: AT,
  clock: 'live',
  state: 'open',
  stateTitle: 'Open',
  nextOpen: null,
  badges: [],
  mode: 'prod',
  lastBarDate: DAY,
  lastRun: { id: 'r', kind: 'daily', status: 'succeeded', at: AT, sessionDate: DAY },
  killed: null,
};
const setKill = { active: true, reason: 'a drill' };
describe('the contracts of accounts', () => {
  strictContracts(account, {
    Capabilities: { value: capabilities },
    Me: [{ value: me }, { value: { ...me, viewing: null } }],
    MarketStatus: { value: status },
    DemoLogins: { value: { logins: [{ label: 'Pro', email: 'a@b.example', password: null }] } },
    OpenDemo: { value: { secret } },
    FirstAdmin: { value: { secret, email: 'a@b.example', password: 'p'.repeat(8) } },
    EndSession: { value: { scope: 'global' } },
    LiveTicket: { value: { ticket: 't', expiresAt: AT } },
    KillState: { value: { active: true, known: false, scope: 'global', reason: null, by: null, at: AT, effect: 'e' } },
    SetKill: { value: setKill },
  });

  it('take a secret, a password and a reason by their lengths, and no reason of blanks', () => {
    const first = { secret, email: 'a@b.example', password: 'p'.repeat(8) };
    for (const wrong of [
      { secret: 's'.repeat(19) },
      { secret: 's'.repeat(201) },
      { password: 'p'.repeat(7) },
      { email: 'a' },
      { email: `${'a'.repeat(250)}@b.example` },
    ])
      expect(account.FirstAdmin.safeParse({ ...first, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
    expect(account.SetKill.parse({ active: false, reason: '  over  ' })).toEqual({ active: false, reason: 'over' });
    for (const wrong of [{ reason: '   a  ' }, { reason: 'r'.repeat(501) }, { active: 'true' }, { active: undefined }])
      expect(account.SetKill.safeParse({ ...setKill, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
  });
});

const row = {
  id: 'q',
  file: 'f.csv',
  line: 3,
  field: 'close',
  value: '-1',
  symbol: null,
  sessionDate: null,
  code: 'price',
  reason: 'negative',
  whatToDo: 'fix it',
  at: AT,
  entryId: 'e',
  row: null,
  review: { decision: 'dismissed', by: 'x', why: 'because', at: AT },
};
const file = {
  name: 'f',
  status: 'imported',
  layout: null,
  rows: 1,
  stored: 1,
  duplicates: 0,
  quarantined: 0,
  skippedBySeries: 0,
  reason: null,
};
const report = { files: [file], rows: 1, stored: 1, quarantined: [count], sessions: [DAY], symbols: 1 };
const imported = {
  id: 'i',
  name: 'f',
  by: 'x',
  bytes: 1,
  state: 'done',
  startedAt: AT,
  finishedAt: AT,
  progress: { phase: 'storing', done: 1, total: 1 },
  report,
  error: null,
};
const health = { status: 'ok', version: '1', mode: 'prod', checks: [{ name: 'state', ok: true }] };
const view = { email: 'a@b.example', reason: 'support', minutes: 5 };
describe('the contracts of administrators', () => {
  strictContracts(admin, {
    QuarantinedRow: { value: row },
    QuarantinePage: { value: { total: 1, byReason: [count], rows: [row], nextCursor: 'c' } },
    ImportedFile: { value: file },
    ImportReport: { value: report },
    BeginView: [{ value: view }],
    BeganView: { value: { view: 'v', email: 'a@b.example', endsAt: AT } },
    EndView: { value: { view: secret } },
    OutboxPage: {
      value: { messages: [{ id: 'm', to: 'a', channel: 'mail', subject: 's', text: 't', at: AT }], nextCursor: null },
    },
    Health: { value: health },
    HealthDetails: { value: { ...health, checks: [{ name: 'state', ok: true, detail: 'd' }] } },
    ImportRun: { value: imported },
    ImportList: { value: { imports: [imported] } },
  });

  it('let a view last a quarter of an hour, at most an hour', () => {
    const { minutes: _, ...unsaid } = view;
    expect(admin.BeginView.parse(unsaid)).toEqual({ ...unsaid, minutes: 15 });
    for (const minutes of [1, 60]) expect(admin.BeginView.safeParse({ ...view, minutes }).success).toBe(true);
    for (const minutes of [0, 61, 1.5, -1, '5'])
      expect(admin.BeginView.safeParse({ ...view, minutes }).success).toBe(false);
  });

  it('tell nobody but administrators what a check found', () => {
    expect(admin.Health.safeParse({ ...health, checks: [{ name: 'state', ok: true, detail: 'd' }] }).success).toBe(
      false,
    );
  });
});

const finding = { code: 'gap', severity: 'error', symbol: 'TCS', sessionDate: DAY, message: 'm' };
const proposal = { symbol: 'TCS', exDate: DAY, kind: 'split', value: 2, confidence: 'likely', evidence: 'e' };
const qualityReport = {
  sessionDate: DAY,
  series: 1,
  bars: 1,
  meanScore: 99.5,
  explainedJumps: 0,
  byCode: [{ code: 'gap', title: 't', severity: 'info', count: 1 }],
  issues: [finding],
  moreIssues: 0,
  symbols: [{ symbol: 'TCS', score: 99, bars: 1, issues: 1, worst: null, heldBack: false }],
  days: [{ sessionDate: DAY, score: 99, symbols: 1, usual: 1, issues: 1 }],
  proposals: [proposal],
};
const decision = { code: 'bad_print', symbol: 'M&M', sessionDate: DAY, why: 'checked', revoke: true };
const change = { symbol: 'TCS', exDate: DAY, kind: 'bonus', value: 2, why: 'circular 12', withdraw: true };
const reviewed = {
  entryId: '0'.repeat(12),
  file: 'f.csv',
  line: 1,
  decision: 'release',
  replace: true,
  why: 'checked',
  corrections: { close: '12.5' },
};
describe('the contracts of data quality', () => {
  strictContracts(quality, {
    ActionProposal: { value: proposal },
    QualityFinding: { value: finding },
    QualityReport: { value: qualityReport },
    QualityAnswer: { value: { report: qualityReport, accepted: [finding] } },
    QualityDecision: { value: decision },
    ActionChange: { value: change },
    ActionLog: {
      value: {
        entries: [
          {
            symbol: 'TCS',
            exDate: DAY,
            kind: 'dividend',
            value: 1,
            source: 'admin',
            recordedAt: AT,
            withdrawn: false,
            by: null,
            why: null,
          },
        ],
      },
    },
    RowReviewRequest: { value: reviewed },
    RowReview: { value: { decision: 'released', by: 'x', why: 'w', at: AT } },
    JobList: {
      value: {
        jobs: [
          {
            ...{ market: 'NSE', name: 'news', title: 't', state: 'done', succeededAt: AT, nextAt: AT, error: null },
            ...{ failures: 0, figures: { news: 3 } },
          },
        ],
      },
      open: ['.jobs[0].figures'],
    },
    FreshnessList: {
      value: {
        exchange: 'NSE',
        asOf: AT,
        capabilities: [{ name: 'news', title: 't', state: 'stale', newestAt: AT, cost: 'c' }],
      },
    },
    SourceList: { value: { sources: [{ name: 'n', on: true, what: 'w', state: 's', mayBeShown: false }] } },
  });

  it('take back or withdraw nothing unless it is said', () => {
    const { revoke: _r, ...decided } = decision;
    const { withdraw: _w, ...changed } = change;
    const { replace: _p, corrections: _c, ...plain } = reviewed;
    expect(quality.QualityDecision.parse(decided).revoke).toBe(false);
    expect(quality.ActionChange.parse(changed).withdraw).toBe(false);
    expect(quality.RowReviewRequest.parse(plain)).toMatchObject({ replace: false, corrections: {} });
  });

  it.each([
    [
      quality.QualityDecision,
      decision,
      [
        { symbol: 'tcs' },
        { symbol: '' },
        { symbol: '-A' },
        { symbol: 'A'.repeat(33) },
        { code: 'Bad' },
        { code: 'ab' },
        { why: ' a ' },
        { sessionDate: '27-02-2026' },
      ],
    ],
    [
      quality.ActionChange,
      change,
      [
        { value: 0 },
        { value: -1 },
        { value: 1e6 + 1 },
        { value: Number.POSITIVE_INFINITY },
        { kind: 'merger' },
        { symbol: 'A B' },
      ],
    ],
    [
      quality.RowReviewRequest,
      reviewed,
      [
        { line: 0 },
        { entryId: 'x'.repeat(12) },
        { entryId: '0'.repeat(11) },
        { file: '' },
        { corrections: { close: '1,2' } },
        { corrections: { close: ' ' } },
        { corrections: { close: 'a\nb' } },
        { corrections: { isin: '1' } },
        { decision: 'delete' },
      ],
    ],
  ] as const)('refuse what has not their shape (%#)', (schema, good, wrongs) => {
    expect(schema.safeParse(good).success).toBe(true);
    for (const wrong of wrongs)
      expect(schema.safeParse({ ...good, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
  });
});

describe('the contracts of runs', () => {
  strictContracts(runs, {
    RunStep: { value: run.steps[0], open: ['.figures'] },
    Run: { value: run, open: ['.steps[0].figures'] },
    RunPage: { value: { runs: [run], nextCursor: null }, open: ['.runs[0].steps[0].figures'] },
    StartRun: [{ value: { sessionDate: DAY } }, { value: {} }],
    RunStarted: { value: { runId: 'r', alreadyRunning: false } },
  });

  it('are of a day and a kind that exist', () => {
    for (const wrong of [{ kind: 'weekly' }, { status: 'lost' }, { sessionDate: '2026-02-29' }, { startedAt: 'now' }])
      expect(runs.Run.safeParse({ ...run, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
  });
});

const figure = { name: 'rsi14', title: 'RSI 14', value: null, unit: 'number' };
const reason = { state: 'met', title: 'RSI 14 is 71.2, above 70' };
const scanRow = {
  rank: 1,
  symbol: 'TCS',
  name: null,
  sector: null,
  closeMinor: 1,
  changeFrac: null,
  figures: [figure],
  reasons: [reason],
  alsoIn: ['gap-up'],
};
const about = { exchange: 'US', sessionDate: DAY, scannedAt: AT, tier: 'basic', badges: [] };
describe('the contracts of the scanner', () => {
  strictContracts(scanner, {
    ScanSummary: { value: scan },
    ScanList: {
      value: {
        ...about,
        symbols: 1,
        failedSymbols: 0,
        failures: [{ symbol: 'X', reason: 'r' }],
        scans: [scan],
        presets: [scan],
        sectors: ['IT'],
        sessions: [DAY],
        visibleRows: 3,
        unlockTier: 'pro',
      },
    },
    ScanFigure: { value: figure },
    ScanReason: { value: reason },
    ScanRow: { value: scanRow },
    ScanPage: {
      value: {
        ...about,
        scan,
        total: 1,
        gated: { hiddenRows: 1, unlockTier: 'pro' },
        rows: [scanRow],
        nextCursor: 'c',
        verdict: { symbol: 'TCS', state: 'cut', reasons: [reason] },
      },
    },
    ScanQuery: {
      value: { date: DAY, symbol: 'tcs', sector: ' IT ', limit: '20', cursor: 'c', tier: 'elite' },
      parsed: { date: DAY, symbol: 'TCS', sector: 'IT', limit: 20, cursor: 'c', tier: 'elite' },
    },
  });

  it('give fifty rows unless another number from 1 to 200 is asked for, and take a cursor of a hundred letters', () => {
    expect(scanner.ScanQuery.parse({})).toEqual({ limit: 50 });
    for (const limit of ['1', '200', 200]) expect(scanner.ScanQuery.parse({ limit }).limit).toBe(Number(limit));
    for (const wrong of [
      { limit: '0' },
      { limit: '201' },
      { limit: '1.5' },
      { limit: 'x' },
      { limit: '' },
      { cursor: 'c'.repeat(101) },
      { symbol: 'a b' },
      { symbol: '' },
      { sector: ' ' },
      { date: '2026-13-01' },
    ])
      expect(scanner.ScanQuery.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    expect(scanner.ScanQuery.safeParse({ cursor: 'c'.repeat(100) }).success).toBe(true);
  });
});

describe('what all contracts share', () => {
  it('an instant is ISO 8601 in UTC, a session a day that exists', () => {
    for (const good of [AT, '2024-02-29T23:59:59Z']) expect(common.Instant.safeParse(good).success, good).toBe(true);
    for (const wrong of [
      '2026-02-27',
      '2026-02-27T12:00:00',
      '2026-02-27T12:00:00+05:30',
      '2026-02-29T00:00:00Z',
      '27 Feb 2026',
      '',
    ])
      expect(common.Instant.safeParse(wrong).success, wrong).toBe(false);
    expect(common.SessionDay.safeParse('2024-02-29').success).toBe(true);
    for (const wrong of ['2023-02-29', '20260227', AT, '2026-2-7'])
      expect(common.SessionDay.safeParse(wrong).success, wrong).toBe(false);
  });

  it('a count is strict; a problem of RFC 9457 may carry more', () => {
    expect(common.ReasonCount.parse(count)).toEqual(count);
    for (const wrong of [
      { ...count, more: 1 },
      { ...count, count: -1 },
      { ...count, count: 0.5 },
    ])
      expect(common.ReasonCount.safeParse(wrong).success).toBe(false);
    const problem = { type: 'urn:x', title: 't', status: 409, detail: 'd', code: 'conflict' };
    expect(common.Problem.parse({ ...problem, more: 1 })).toEqual(problem);
    expect(common.Problem.safeParse({ ...problem, status: '409' }).success).toBe(false);
  });
});

import { MAX_UPLOAD_BYTES, type ApiDeps } from '@aion/api';
import { AppError } from '@aion/core';

type Caller = 'nobody' | 'stranger' | 'basic' | 'pro' | 'elite' | 'admin';
export interface Ask {
  /** An admin unless said otherwise. */
  readonly as?: Caller;
  readonly id?: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the host has, where it is not what a sound one has. */
  readonly host?: Partial<ApiDeps>;
}
/** Status and code: a problem's, or none where the answer is what was asked for. */
export type Case = readonly [status: number, code: string | null, ask: Ask];

/** What a run has left: a run, a signal, a scan, and a finding of the data checks. */
export interface Known {
  readonly runId: string;
  readonly signalId: string;
  readonly scanId: string;
  readonly finding: { readonly code: string; readonly symbol: string; readonly sessionDate: string };
}

const SECRET = 's'.repeat(43);
const NO_SUCH = 'aaaaaaaaaaaaaaaa';
const kill = { active: false, reason: 'a drill' };
const action = { symbol: 'A', exDate: '2026-02-27', kind: 'split', value: 2, why: 'circular 7', withdraw: false };
const review = { entryId: 'a'.repeat(16), file: 'a.csv', line: 2, decision: 'dismiss', why: 'it is wrong' };
const open = { secret: SECRET };
const first = { secret: SECRET, email: 'a@example.org', password: 'a long password' };
const refuse =
  (code: 'forbidden' | 'not_found' | 'conflict' | 'no_space' | 'unavailable') => async (): Promise<never> => {
    throw new AppError(code, 'said by the host');
  };
const ill = { healthChecks: async () => [{ name: 'disk', ok: false, detail: 'full' }] };

/** What each route answers when all is well, first; then what is its own to refuse. Ids are those that a run has made. */
export const statusCases = ({
  runId,
  signalId,
  scanId,
  finding,
}: Known): Readonly<Record<string, readonly [Case, ...Case[]]>> => ({
  'GET /v1/health': [
    [200, null, {}],
    [503, null, { host: ill }],
  ],
  'GET /v1/health/live': [[200, null, {}]],
  'POST /v1/demo/open': [
    [200, null, { body: open }],
    [403, 'forbidden', { body: open, host: { openDemo: refuse('forbidden') } }],
    [404, 'not_found', { body: open, host: { openDemo: refuse('not_found') } }],
  ],
  'POST /v1/first-admin': [
    [204, null, { body: first }],
    [403, 'forbidden', { body: first, host: { makeFirstAdmin: refuse('forbidden') } }],
    [404, 'not_found', { body: first, host: { makeFirstAdmin: refuse('not_found') } }],
  ],
  'GET /v1/me': [[200, null, {}]],
  'GET /v1/market/status': [[200, null, {}]],
  'POST /v1/session/end': [[204, null, { body: { scope: 'local' } }]],
  'POST /v1/live/ticket': [[200, null, {}]],
  'GET /v1/signals/latest': [
    [200, null, {}],
    [304, null, { headers: { 'if-none-match': '*' } }],
    [400, 'bad_input', { query: '?limit=0' }],
    [422, 'bad_input', { query: '?cursor=made-up' }],
  ],
  'GET /v1/signals/export.csv': [
    [200, null, { as: 'pro' }],
    [403, 'forbidden', { as: 'basic' }],
  ],
  'GET /v1/signals/{id}': [
    [200, null, { id: signalId }],
    [404, 'not_found', { id: NO_SUCH }],
    [400, 'bad_input', { id: 'a'.repeat(65) }],
  ],
  'GET /v1/scans': [
    [200, null, {}],
    [304, null, { headers: { 'if-none-match': '*' } }],
    [400, 'bad_input', { query: '?date=yesterday' }],
    [404, 'not_found', { query: '?date=2001-01-01' }],
  ],
  'GET /v1/scans/{id}': [
    [200, null, { id: scanId }],
    [304, null, { id: scanId, headers: { 'if-none-match': '*' } }],
    [400, 'bad_input', { id: scanId, query: '?symbol=%24' }],
    [404, 'not_found', { id: 'no-such-scan' }],
    [422, 'bad_input', { id: scanId, query: '?cursor=made-up' }],
  ],
  'GET /v1/scans/{id}/export.csv': [
    [200, null, { as: 'pro', id: scanId }],
    [400, 'bad_input', { id: scanId, query: '?date=yesterday' }],
    [403, 'forbidden', { as: 'basic', id: scanId }],
    [404, 'not_found', { id: 'no-such-scan' }],
  ],
  'POST /v1/pipeline/run-daily': [
    [202, null, { body: {} }],
    [400, 'bad_input', { body: { sessionDate: 'today' } }],
  ],
  'POST /v1/pipeline/run-hourly': [
    [202, null, { body: {} }],
    [400, 'bad_input', { body: { sessionDate: 'today' } }],
  ],
  'POST /v1/pipeline/runs/{id}/retry': [
    [202, null, { id: runId }],
    [400, 'bad_input', { id: '-' }],
    [404, 'not_found', { id: 'NSE-no-such-run' }],
    [409, 'conflict', { id: runId, host: { startRun: async () => ({ runId: 'other', alreadyRunning: true }) } }],
  ],
  'GET /v1/pipeline/runs': [
    [200, null, {}],
    [400, 'bad_input', { query: '?limit=51' }],
  ],
  'GET /v1/pipeline/runs/{id}': [
    [200, null, { id: runId }],
    [400, 'bad_input', { id: '-' }],
    [404, 'not_found', { id: 'NSE-no-such-run' }],
  ],
  'GET /v1/kill': [
    [200, null, { as: 'elite' }],
    [404, 'not_found', { as: 'pro' }],
  ],
  'POST /v1/kill': [
    [200, null, { body: kill }],
    [409, 'conflict', { body: { ...kill, seenAt: '2001-01-01T00:00:00Z' } }],
  ],
  'GET /v1/admin/quarantine': [
    [200, null, {}],
    [400, 'bad_input', { query: '?limit=201' }],
    [422, 'bad_input', { query: '?cursor=made-up' }],
  ],
  'POST /v1/admin/bhavcopy': [
    [200, null, { query: '?name=a.csv', body: 'x' }],
    [400, 'bad_input', { query: '?name=a.exe', body: 'x' }],
    [413, 'too_large', { query: '?name=a.csv', body: 'x', headers: { 'content-length': `${MAX_UPLOAD_BYTES + 1}` } }],
    [422, 'bad_input', { query: '?name=a.csv', body: '' }],
    [503, 'unavailable', { query: '?name=a.csv', body: 'x', host: { receiveUpload: refuse('unavailable') } }],
    [507, 'no_space', { query: '?name=a.csv', body: 'x', host: { receiveUpload: refuse('no_space') } }],
  ],
  'GET /v1/admin/imports': [[200, null, {}]],
  'GET /v1/admin/outbox': [
    [200, null, {}],
    [400, 'bad_input', { query: '?limit=0' }],
    [422, 'bad_input', { query: '?cursor=made-up' }],
  ],
  'GET /v1/metrics': [[200, null, {}]],
  'POST /v1/admin/views': [
    [200, null, { body: { email: 'pro@example.org', reason: 'a question' } }],
    [404, 'not_found', { body: { email: 'no-one@example.org', reason: 'a question' } }],
  ],
  'POST /v1/admin/views/end': [[204, null, { body: { view: SECRET } }]],
  'GET /v1/admin/quality': [
    [200, null, {}],
    [400, 'bad_input', { query: '?date=yesterday' }],
  ],
  'POST /v1/admin/quality/decisions': [
    [200, null, { body: { ...finding, why: 'a holiday' } }],
    [422, 'bad_input', { body: { ...finding, code: 'no_such_code', why: 'a holiday' } }],
  ],
  'GET /v1/admin/actions': [
    [200, null, {}],
    [400, 'bad_input', { query: `?symbol=${'A'.repeat(33)}` }],
  ],
  'POST /v1/admin/actions': [[200, null, { body: action }]],
  'POST /v1/admin/quarantine/reviews': [
    [200, null, { body: review }],
    [404, 'not_found', { body: review, host: { reviewRow: refuse('not_found') } }],
  ],
  'GET /v1/admin/jobs': [[200, null, {}]],
  'GET /v1/admin/freshness': [[200, null, {}]],
  'GET /v1/admin/sources': [[200, null, {}]],
  'GET /v1/admin/health': [
    [200, null, {}],
    [503, null, { host: ill }],
  ],
});

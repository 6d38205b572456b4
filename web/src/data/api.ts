import 'server-only';
import {
  KillState,
  LatestSignals,
  MarketStatus,
  Me,
  OutboxPage,
  Problem,
  QualityAnswer,
  QuarantinePage,
  RunPage,
  ScanList,
  ScanPage,
  SignalDetail,
} from '@aion/contracts';
import { scanPath, type ScanFilter } from '../scanner/scan-query.ts';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { z } from 'zod';
import type { Answer } from './answer.ts';
import { apiUrl } from './api-url.ts';
import { fetchFor } from './fetch-for.ts';
import { loginPath } from './local-path.ts';
import { logFailure } from './server-log.ts';
import { sayView } from '../session/view.ts';
import { accessToken } from './session.ts';

const TIMEOUT_MS = 15_000;
const PAGE_LIMIT = 200;
/** Far above what a run publishes; a cursor that never ends must not hold a page for ever. */
const MAX_PAGES = 25;

/** GET with the caller's token, never cached, checked against the contract. No session, or a dead one, leads to the login. */
async function get<S extends z.ZodType>(schema: S, path: string): Promise<Answer<z.infer<S>>> {
  const token = await accessToken();
  if (token === null) await toLogin();
  const from = await headers();
  const own = new Headers({ accept: 'application/json', authorization: `Bearer ${token}` });
  sayView(from, own);
  const answer = await fetchAnswer(schema, path, from, own);
  if (answer.kind === 'problem' && answer.problem.status === 401) await toLogin();
  return answer;
}

async function fetchAnswer<S extends z.ZodType>(
  schema: S,
  path: string,
  from: Headers,
  own: Headers,
): Promise<Answer<z.infer<S>>> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetchFor(from, new URL(path, apiUrl()), { headers: own, signal });
    const body: unknown = await response.json();
    if (response.ok) {
      const parsed = schema.safeParse(body);
      if (parsed.success) return { kind: 'ok', value: parsed.data };
      const where = parsed.error.issues[0];
      return failed(path, `The answer does not fit the contract at ${where?.path.join('.')}: ${where?.message}.`);
    }
    const problem = Problem.safeParse(body);
    if (problem.success && response.status < 500) return { kind: 'problem', problem: problem.data };
    return failed(path, problem.success ? problem.data.detail : `The API answered ${response.status}.`);
  } catch (error) {
    return failed(path, 'The API cannot be reached or took too long.', error);
  }
}

function failed(path: string, message: string, cause?: unknown): { kind: 'failed'; message: string } {
  logFailure('api_unusable', { path: path.split('?')[0] ?? path, message }, cause);
  return { kind: 'failed', message };
}

async function toLogin(): Promise<never> {
  redirect(loginPath((await headers()).get('x-aion-path')));
}

export const getMe = cache(() => get(Me, '/v1/me'));
export const getMarket = cache(() => get(MarketStatus, '/v1/market/status'));
export const getRuns = () => get(RunPage, '/v1/pipeline/runs?limit=20');
export const getSignal = cache((id: string) => get(SignalDetail, `/v1/signals/${encodeURIComponent(id)}`));
export const getQuarantine = () => get(QuarantinePage, '/v1/admin/quarantine?limit=50');
export const getOutbox = () => get(OutboxPage, '/v1/admin/outbox');
export const getQuality = (date?: string) =>
  get(QualityAnswer, `/v1/admin/quality${date === undefined ? '' : `?date=${encodeURIComponent(date)}`}`);
export const getScans = (date?: string) =>
  get(ScanList, `/v1/scans${date === undefined ? '' : `?date=${encodeURIComponent(date)}`}`);
export const getScanPage = (sessionDate: string, filter: ScanFilter) =>
  get(ScanPage, scanPath(sessionDate, filter, { cursor: null }));
export const getKill = () => get(KillState, '/v1/kill');

/** Every signal of the newest run that the caller may see, all cursors followed. */
export async function getLatestSignals(): Promise<Answer<LatestSignals>> {
  const first = await get(LatestSignals, `/v1/signals/latest?limit=${PAGE_LIMIT}`);
  if (first.kind !== 'ok') return first;
  const all = first.value;
  for (let page = 1; all.nextCursor !== null && page < MAX_PAGES; page += 1) {
    const cursor = encodeURIComponent(all.nextCursor);
    const next = await get(LatestSignals, `/v1/signals/latest?limit=${PAGE_LIMIT}&cursor=${cursor}`);
    if (next.kind !== 'ok') return next;
    if (next.value.runId !== all.runId || next.value.revision !== all.revision) {
      return failed('/v1/signals/latest', 'A newer run was published while the list was read. Try again.');
    }
    all.signals.push(...next.value.signals);
    all.nextCursor = next.value.nextCursor;
  }
  return first;
}

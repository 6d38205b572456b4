import type { Demand } from './meters.ts';

export const CALLS = {
  me: '/v1/me',
  market: '/v1/market/status',
  latest: '/v1/signals/latest?limit=200',
  detail: '/v1/signals/{id}',
} as const;
export type CallName = keyof typeof CALLS;

/** One call of the API. */
export interface MeasuredCall {
  /** By a copy of the API that has nothing cached. */
  readonly alone: Demand;
  /** By the same copy once more: what it keeps for as long as a revision lasts is not fetched again. */
  readonly again: Demand;
  /** Milliseconds of this machine's processor, once warm. */
  readonly cpuMs: number;
  readonly gzipBytes: number;
  readonly logBytes: number;
}

export interface MeasuredTask {
  readonly job: 'daily' | 'hourly' | 'post-market';
  readonly task: string;
  readonly on: 'lambda' | 'fargate';
  /** How often it ran: once for each shard. */
  readonly times: number;
  readonly seconds: number;
  readonly peakMb: number;
  readonly demand: Demand;
  readonly logBytes: number;
  readonly metrics: readonly string[];
}

export interface MeasuredRead {
  readonly calls: Readonly<Record<CallName, MeasuredCall>>;
  /** Read units of a page's calls by one copy of the API within a second: its caches answer the later ones. */
  readonly cachedUnits: { readonly listPage: number; readonly detailPage: number; readonly statePoll: number };
  readonly metrics: readonly string[];
  readonly itemBytes: Readonly<Record<string, number>>;
}

export interface Measured extends MeasuredRead {
  readonly symbols: number;
  readonly signals: number;
  readonly shards: number;
  readonly tasks: readonly MeasuredTask[];
  /** The daily lake as it lies: its objects of one year each. */
  readonly lake: { readonly objects: number; readonly bytes: number; readonly years: number };
}

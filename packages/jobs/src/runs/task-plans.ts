import { DAILY_STEPS } from './daily.ts';
import { HOURLY_STEPS } from './hourly.ts';
import { POST_MARKET_STEPS } from './post-market.ts';

/** A span of a job's stages that one cloud task runs: on Lambda, or on Fargate where a model runtime or more time is needed. */
export interface TaskPlan {
  readonly name: string;
  /** First and last stage of the span, both included. */
  readonly from: string;
  readonly to: string;
  readonly on: 'lambda' | 'fargate';
  readonly timeoutS: number;
  /** Runs once per shard of the universe before its own span, where the universe has more than one shard. */
  readonly sharded?: boolean;
}

export const JOB_PLANS = {
  daily: [
    { name: 'bars', from: 'ingest', to: 'bars', on: 'lambda', timeoutS: 600 },
    { name: 'features', from: 'features', to: 'features', on: 'lambda', timeoutS: 600, sharded: true },
    { name: 'models', from: 'encode', to: 'veto', on: 'fargate', timeoutS: 3600 },
    { name: 'publish', from: 'fuse', to: 'publish', on: 'lambda', timeoutS: 600 },
  ],
  hourly: [{ name: 'refine', from: 'refine', to: 'refine', on: 'lambda', timeoutS: 300 }],
  'post-market': [{ name: 'report', from: 'verify-record', to: 'report', on: 'lambda', timeoutS: 600 }],
} as const satisfies Readonly<Record<string, readonly TaskPlan[]>>;

export const JOB_STEPS = { daily: DAILY_STEPS, hourly: HOURLY_STEPS, 'post-market': POST_MARKET_STEPS } as const;

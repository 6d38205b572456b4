import type { Exchange } from '@aion/core';
import { storeDailyFromMinutes, type DerivedDays } from '@aion/market';
import { seriesNamed, type LakeHost } from './series-of.ts';

export interface MakeDailyInput {
  readonly exchange: Exchange;
  /** An intraday series. */
  readonly series: string;
  /** Epoch days, both included. */
  readonly fromDay?: number;
  readonly toDay?: number;
  /** Says how many would be made and stores nothing. */
  readonly dryRun: boolean;
}

/** Makes daily bars of intraday ones where none are stored; the exchange's own always stay. */
export const makeDailyBars = (host: LakeHost, { exchange, series, ...options }: MakeDailyInput): Promise<DerivedDays> =>
  storeDailyFromMinutes(host.ingest, exchange, seriesNamed(series), { nowMs: host.clock.nowMs(), ...options });

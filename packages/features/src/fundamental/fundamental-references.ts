import { toEpochDay } from '@aion/core';
import { factorsOf, type CorporateAction } from '@aion/market';
import type { FundamentalSnapshot } from '@aion/market/records';
import { sessionCloses, type SessionStretch } from '../macro/session-closes.ts';
import type { ReferenceSeries } from '../store/reference-series.ts';
import { FIGURES, REPORT_DAY, type Figure } from './figures.ts';

export interface FundamentalQuestion extends SessionStretch {
  readonly symbol: string;
  /** Splits of the instrument; those up to a session put older figures into the shares of that session. */
  readonly actions: readonly CorporateAction[];
}

/** Figures of a period that ended longer ago are not those of the company of today. */
const MAX_AGE_DAYS = 550;
const DAY_MS = 86_400_000;

/**
 * A company's figures as they were known at each session's close: each from the newest period that states it, in the version of then; what was
 * restated later counts from its own `knownMs` on. Money a share in another currency than the exchange's, or in none that is named, is no
 * figure: NaN.
 *
 * @param snapshots all versions (`allVersions`), of any company, in any order.
 */
export function fundamentalReferences(
  snapshots: readonly FundamentalSnapshot[],
  { symbol, actions, ...stretch }: FundamentalQuestion,
): Record<string, ReferenceSeries> {
  const { calendar } = stretch;
  const sessions = sessionCloses(stretch);
  const sessionDay = Int32Array.from(sessions, ({ day }) => day);
  const own = snapshots.filter(({ symbols }) => symbols.includes(symbol)).sort((a, b) => a.knownMs - b.knownMs);
  const splits = actions.filter((action) => action.symbol === symbol && action.kind !== 'dividend');
  const sharesSince = (knownDay: number, day: number): number =>
    splits.reduce(
      (factor, action) => (action.exDay > knownDay && action.exDay <= day ? factor * factorsOf(action).shares : factor),
      1,
    );
  const columns = Object.values(FIGURES).map((figure: Figure) => ({
    figure,
    newest: undefined as Stated | undefined,
    close: new Float64Array(sessions.length),
  }));
  const reportDay = new Float64Array(sessions.length);
  let report = { eventMs: -Infinity, day: Number.NaN };
  let next = 0;
  for (const [at, { day, closeMs }] of sessions.entries()) {
    for (; next < own.length && own[next]!.knownMs <= closeMs; next++) {
      const snapshot = own[next]!;
      const knownDay = toEpochDay(calendar.dateAt(snapshot.knownMs));
      // A period that is stated again is not a new report.
      if (snapshot.eventMs > report.eventMs) report = { eventMs: snapshot.eventMs, day: knownDay };
      for (const column of columns) {
        const value = valueOf(column.figure, snapshot, calendar.currency);
        const isNewest = column.newest === undefined || snapshot.eventMs >= column.newest.eventMs;
        if (value !== undefined && isNewest) column.newest = { value, eventMs: snapshot.eventMs, knownDay };
      }
    }
    reportDay[at] = report.day;
    for (const { figure, newest, close } of columns) {
      const isFresh = newest !== undefined && closeMs - newest.eventMs <= MAX_AGE_DAYS * DAY_MS;
      close[at] = isFresh ? inShares(figure, newest.value, sharesSince(newest.knownDay, day)) : Number.NaN;
    }
  }
  return {
    ...Object.fromEntries(columns.map(({ figure, close }) => [figure.reference, { sessionDay, close }])),
    [REPORT_DAY]: { sessionDay, close: reportDay },
  };
}

interface Stated {
  readonly value: number;
  readonly eventMs: number;
  readonly knownDay: number;
}

/** Undefined where the snapshot does not state the figure; NaN where it does in a currency that cannot be compared. */
function valueOf({ metrics, unit }: Figure, snapshot: FundamentalSnapshot, currency: string): number | undefined {
  const metric = metrics.find(({ name }) => Object.hasOwn(snapshot.metrics, name));
  if (metric === undefined) return undefined;
  if (unit === 'per_share' && snapshot.currency !== currency) return Number.NaN;
  return metric.times * snapshot.metrics[metric.name]!;
}

const inShares = ({ unit }: Figure, value: number, factor: number): number =>
  unit === 'per_share' ? value / factor : unit === 'shares' ? value * factor : value;

import { errorMessage, fromEpochDay, isAppError, toIso } from '@aion/core';
import {
  type BarRequest,
  type LinkFailure,
  type QuorumIssue,
  type RejectedBar,
  saveDisagreements,
  type SourceName,
} from '@aion/market/sources/index';
import { saveActions } from '@aion/market';
import type { Embedded } from '@aion/runtime';
import {
  fetchActions,
  fetchDaily,
  fetchIntraday,
  quarantineFetched,
  type Sources,
  storeFetched,
  type StoredFetch,
  type Withheld,
} from '@aion/jobs/sources';
import { count, named, say } from '../session.ts';

export interface BarsRequest extends Omit<BarRequest, 'symbol'> {
  readonly timeframe: string;
  /** Corporate actions in place of bars. */
  readonly actions: boolean;
  readonly store: boolean;
}

export interface BarsResult {
  readonly symbol: string;
  readonly answers: readonly {
    readonly source: string;
    readonly bars?: number;
    readonly actions?: readonly unknown[];
    readonly rejected: readonly RejectedBar[];
  }[];
  readonly failures: readonly LinkFailure[];
  readonly issues: readonly QuorumIssue[];
  readonly sessions?: number;
  readonly last?: { readonly date: string; readonly close: number; readonly source: string; readonly chosenBy: string };
  readonly stored: StoredRows | null;
  /** Rows that vendors gave wrongly and that are kept in quarantine. */
  readonly quarantined: number;
  /** Why nothing could be done for the symbol. */
  readonly failed?: { readonly code: string; readonly message: string };
}

interface StoredRows {
  readonly source: string;
  readonly rows: number;
  readonly stored: number;
  /** Sessions that no majority decided, and those that only adjusted sources have. */
  readonly withheld: readonly Withheld[];
}

const MINUTES: Readonly<Record<string, number>> = { '1h': 60, '5m': 5, '1m': 1 };

/** Asks for each symbol in turn. */
export async function fetchBarsOf(
  embedded: Embedded,
  sources: Sources,
  symbols: readonly string[],
  request: BarsRequest,
  source: SourceName | undefined,
): Promise<BarsResult[]> {
  const { simulated } = await embedded.profile();
  const ports = { ingest: embedded.ingest, policy: embedded.config.sources, sources, compareStored: !simulated };
  const only = source === undefined ? {} : { only: source };
  const results: BarsResult[] = [];
  for (const symbol of symbols) {
    say(`${symbol} …`, { transient: true });
    const asked = { symbol, exchange: request.exchange, from: request.from, to: request.to };
    results.push(await oneOf(asked));
  }
  return results;

  /** What goes wrong with one symbol says nothing about the next. */
  async function oneOf(asked: BarRequest): Promise<BarsResult> {
    try {
      if (request.actions) return await actionsOf(asked);
      return request.timeframe === '1d' ? await dailyOf(asked) : await intradayOf(asked);
    } catch (error) {
      if (!isAppError(error)) throw error;
      const failed = { code: error.code, message: errorMessage(error) };
      return { symbol: asked.symbol, answers: [], failures: [], issues: [], stored: null, quarantined: 0, failed };
    }
  }

  /** Of a fetch that stores; one that only looks keeps nothing. */
  async function quarantine(
    symbol: string,
    answers: readonly { readonly source: string; readonly rejected: readonly RejectedBar[] }[],
  ): Promise<number> {
    let rows = 0;
    if (!request.store) return rows;
    for (const answer of answers) {
      rows += await quarantineFetched(ports.ingest, request.exchange, symbol, answer, embedded.clock.nowMs());
    }
    return rows;
  }

  async function actionsOf(asked: BarRequest): Promise<BarsResult> {
    const { answers, failures } = await fetchActions(ports, asked, only);
    const list = answers.map(({ source: name, answer }) => ({
      source: name,
      actions: answer.actions.map(({ exDay, ...action }) => ({ ...action, exDate: fromEpochDay(exDay) })),
      rejected: answer.rejected,
    }));
    const quarantined = await quarantine(asked.symbol, list);
    const stored = request.store ? await storeActions(answers) : null;
    return { symbol: asked.symbol, answers: list, failures, issues: [], stored, quarantined };
  }

  /** Every source's word is kept under its name; which counts is decided where they are read. */
  async function storeActions(
    answers: Awaited<ReturnType<typeof fetchActions>>['answers'],
  ): Promise<BarsResult['stored']> {
    let rows = 0;
    let fresh = 0;
    for (const { source: name, answer } of answers) {
      const origin = { source: name, recordedMs: embedded.clock.nowMs() };
      rows += answer.actions.length;
      fresh += await saveActions(ports.ingest, request.exchange, answer.actions, origin);
    }
    return { source: answers.map(({ source: name }) => name).join(', '), rows, stored: fresh, withheld: [] };
  }

  async function dailyOf(asked: BarRequest): Promise<BarsResult> {
    const { answers, failures, quorum } = await fetchDaily(ports, asked, only);
    const list = answers.map(({ source: name, adjustment, bars, rejected, provenance }) => ({
      source: name,
      adjustment,
      bars: bars.sessionDay.length,
      rejected,
      provenance,
    }));
    await saveDisagreements(embedded.items, asked.exchange, quorum.issues, embedded.clock.nowMs());
    const newest = quorum.chosen.at(-1);
    const quarantined = await quarantine(asked.symbol, list);
    const stored = request.store ? await storeFetched(ports.ingest, answers, quorum) : undefined;
    return {
      symbol: asked.symbol,
      answers: list,
      failures,
      issues: quorum.issues,
      sessions: quorum.chosen.length,
      ...(newest === undefined
        ? {}
        : {
            last: {
              date: fromEpochDay(newest.day),
              close: quorum.bars.close.at(-1)!,
              source: newest.source,
              chosenBy: newest.chosenBy,
            },
          }),
      stored: stored === undefined ? null : sumOf(stored),
      quarantined,
    };
  }

  async function intradayOf(asked: BarRequest): Promise<BarsResult> {
    const { answers, failures } = await fetchIntraday(
      ports,
      { ...asked, barMinutes: MINUTES[request.timeframe]! },
      only,
    );
    const list = answers.map(({ source: name, answer: { adjustment, bars, rejected } }) => {
      const { openTimeMs } = bars;
      const ends = openTimeMs.length === 0 ? {} : { first: toIso(openTimeMs[0]!), last: toIso(openTimeMs.at(-1)!) };
      return { source: name, adjustment, bars: openTimeMs.length, ...ends, rejected };
    });
    return { symbol: asked.symbol, answers: list, failures, issues: [], stored: null, quarantined: 0 };
  }
}

function sumOf({ bySource, withheld }: StoredFetch): StoredRows {
  return {
    source: bySource.map(({ source }) => source).join(', '),
    rows: bySource.reduce((sum, { report }) => sum + report.rows, 0),
    stored: bySource.reduce((sum, { report }) => sum + report.stored, 0),
    withheld,
  };
}

/** Whether nothing came of a symbol: an error, or no source that has it. */
export const hasFailed = ({ answers, failed }: BarsResult): boolean => failed !== undefined || answers.length === 0;

export function describeBars(result: BarsResult): string {
  const { symbol, sessions, last, answers, failures, issues, stored, quarantined, failed } = result;
  const lines = [sessions === undefined ? symbol : `${symbol}: ${count(sessions)} sessions`];
  for (const { source, bars, actions, rejected } of answers) {
    const aside = rejected.length === 0 ? '' : `, ${rejected.length} set aside`;
    lines.push(
      `  ✓  ${source}: ${bars === undefined ? `${actions?.length ?? 0} actions` : `${count(bars)} bars`}${aside}`,
    );
  }
  for (const { source, message } of failures) lines.push(`  –  ${named(source, message)}`);
  if (failed !== undefined) lines.push(`  ✗  ${failed.message}`);
  if (quarantined > 0) lines.push(`  !  ${count(quarantined)} rows were given wrongly and are in quarantine`);
  for (const { message } of issues.slice(0, 10)) lines.push(`  !  ${message}`);
  if (issues.length > 10) lines.push(`  !  and ${issues.length - 10} more disagreements`);
  if (last !== undefined)
    lines.push(`     last close ${last.close} on ${last.date} (${last.source}, ${last.chosenBy})`);
  if (stored !== null) {
    const whose = stored.source === '' ? '' : ` of ${stored.source}`;
    lines.push(`     ${count(stored.stored)} rows${whose} stored`);
    for (const { why } of stored.withheld.slice(0, 10)) lines.push(`  ✗  not stored: ${why}`);
    if (stored.withheld.length > 10) lines.push(`  ✗  and ${stored.withheld.length - 10} more sessions not stored`);
  }
  return lines.join('\n');
}

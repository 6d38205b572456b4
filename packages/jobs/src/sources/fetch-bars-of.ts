import { errorMessage, fromEpochDay, isAppError, toIso } from '@aion/core';
import {
  type BarRequest,
  type LinkFailure,
  type QuorumIssue,
  type RejectedBar,
  saveDisagreements,
  type SourceName,
} from '@aion/market/sources';
import { saveActions } from '@aion/market';
import type { Host } from '../host.ts';
import { fetchActions, fetchDaily, fetchIntraday } from './fetch-bars.ts';
import { quarantineFetched } from './quarantine-fetched.ts';
import type { Sources } from './sources.ts';
import { storeFetched, type StoredFetch, type Withheld } from './store-fetched.ts';

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

/** Asks for each symbol in turn, and stores what was asked to be kept. What goes wrong with one says nothing about the next. */
export async function fetchBarsOf(
  host: Host,
  sources: Sources,
  symbols: readonly string[],
  request: BarsRequest,
  { source, onSymbol }: { readonly source?: SourceName; readonly onSymbol?: (symbol: string) => void } = {},
): Promise<BarsResult[]> {
  const { simulated } = await host.profile();
  const ports = { ingest: host.ingest, policy: host.config.sources, sources, compareStored: !simulated };
  const only = source === undefined ? {} : { only: source };
  const results: BarsResult[] = [];
  for (const symbol of symbols) {
    onSymbol?.(symbol);
    const asked = { symbol, exchange: request.exchange, from: request.from, to: request.to };
    results.push(await oneOf(asked));
  }
  return results;

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
      rows += await quarantineFetched(ports.ingest, request.exchange, symbol, answer, host.clock.nowMs());
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
      const origin = { source: name, recordedMs: host.clock.nowMs() };
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
    await saveDisagreements(host.items, asked.exchange, quorum.issues, host.clock.nowMs());
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

import type { BarTable } from './bars.ts';

/** The bars of one instrument in one session: rows of the table from `start` to before `end` of the order, oldest first. */
export interface ShareSession {
  readonly symbolIndex: number;
  readonly day: number;
  readonly start: number;
  readonly end: number;
}

export interface ShareSessions {
  /** Rows by instrument, day and minute. */
  readonly order: Int32Array;
  readonly sessions: readonly ShareSession[];
}

/** The sessions of an intraday table, in whatever order its rows stand. */
export function shareSessions(table: BarTable): ShareSessions {
  const { symbolIndex, sessionDay, openMinute } = table;
  const order = Int32Array.from(symbolIndex, (_, row) => row);
  const compare = (a: number, b: number): number =>
    symbolIndex[a]! - symbolIndex[b]! || sessionDay[a]! - sessionDay[b]! || openMinute![a]! - openMinute![b]!;
  if (order.some((row) => row > 0 && compare(row - 1, row) > 0)) order.sort(compare);
  const sessions: ShareSession[] = [];
  for (let start = 0; start < order.length;) {
    const first = order[start]!;
    let end = start + 1;
    while (
      end < order.length &&
      symbolIndex[order[end]!] === symbolIndex[first] &&
      sessionDay[order[end]!] === sessionDay[first]
    )
      end++;
    sessions.push({ symbolIndex: symbolIndex[first]!, day: sessionDay[first]!, start, end });
    start = end;
  }
  return { order, sessions };
}

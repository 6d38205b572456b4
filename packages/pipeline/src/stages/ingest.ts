import { AppError, toEpochDay, type SessionDate } from '@aion/core';
import { readSession } from '../market/panel.ts';
import type { ReasonTally } from '../ports.ts';
import type { Stage } from '../runner/stage.ts';

export interface Ingested {
  readonly sessionDate: SessionDate;
  readonly barsHash: string;
  readonly symbolsRead: number;
  readonly rows: number;
  readonly quarantined: readonly ReasonTally[];
  readonly quarantinedRows: number;
}

/**
 * Reads what the lake holds up to the session and fixes its hash. Its input carries the version of the lake, so that a later
 * import is read afresh. Throws AppError(missing_data) when the session has no bars.
 */
export const ingestStage: Stage<{ sessionDate: SessionDate; lakeVersion: string }, Ingested> = {
  name: 'ingest',
  title: 'Read bars and corporate actions',
  async run({ sessionDate }, context) {
    const { panel, barsHash, rows } = await readSession(context, sessionDate);
    const day = toEpochDay(sessionDate);
    const traded = panel.daily.filter((bars) => bars.sessionDay.at(-1) === day).length;
    if (traded === 0) {
      throw new AppError(
        'missing_data',
        `no bars of ${sessionDate} are stored; import that session's bhavcopy and run again`,
        { retryable: true },
      );
    }
    const quarantined = await context.ports.market.quarantined();
    const output: Ingested = {
      sessionDate,
      barsHash,
      symbolsRead: panel.daily.length,
      rows,
      quarantined,
      quarantinedRows: quarantined.reduce((sum, tally) => sum + tally.count, 0),
    };
    return { output, figures: { symbols: panel.daily.length, traded, rows, quarantined: output.quarantinedRows } };
  },
};

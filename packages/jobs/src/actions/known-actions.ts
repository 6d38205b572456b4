import { AppError, type Exchange } from '@aion/core';
import {
  actionsAsOf,
  auditDaily,
  loadActionLog,
  loadCalendar,
  type ActionProposal,
  type CorporateAction,
} from '@aion/market';
import { makeLakeReader, newestFullSession, readPanel } from '@aion/pipeline';
import type { Host } from '../host.ts';

/** An action, and what in the stored prices speaks against it: such a one is not applied. */
export interface KnownAction {
  readonly action: CorporateAction;
  readonly contradiction: string | null;
}

/** The actions of an exchange as they were known at an instant; `Infinity` is now. */
export async function knownActions(
  { ingest }: Pick<Host, 'ingest'>,
  exchange: Exchange,
  asOfMs: number,
): Promise<KnownAction[]> {
  const log = await loadActionLog(ingest, exchange);
  const choice = await newestFullSession(ingest, exchange);
  const refuted =
    choice === undefined ? [] : (await readPanel(makeLakeReader(ingest, exchange, false), choice.sessionDate)).refuted;
  const against = new Map(refuted.map(({ action, message }) => [keyOf(action), message]));
  return actionsAsOf(log, asOfMs).map((action) => ({ action, contradiction: against.get(keyOf(action)) ?? null }));
}

const keyOf = ({ symbol, exDay, kind, value }: CorporateAction): string => `${symbol} ${exDay} ${kind} ${value}`;

/**
 * Actions that unexplained jumps of the stored prices look like, for a person to confirm.
 *
 * @throws AppError(missing_data) while no bars are stored.
 */
export async function proposedActions(
  { ingest }: Pick<Host, 'ingest'>,
  exchange: Exchange,
): Promise<readonly ActionProposal[]> {
  const choice = await newestFullSession(ingest, exchange);
  if (choice === undefined) throw new AppError('missing_data', 'no bars are stored yet; import some first');
  const { daily, actions, accepted, sessionDay } = await readPanel(
    makeLakeReader(ingest, exchange, false),
    choice.sessionDate,
  );
  return auditDaily(daily, { calendar: loadCalendar(exchange), actions, accepted, asOfDay: sessionDay }).proposals;
}

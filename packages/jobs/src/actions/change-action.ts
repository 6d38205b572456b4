import { AppError, requireWhy, SessionDate, toEpochDay, type Exchange } from '@aion/core';
import { ActionKind, saveActions, withdrawActions, type CorporateAction } from '@aion/market';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';
import { requireTicker } from '../require-ticker.ts';

const LARGEST_VALUE = 1e6;

export interface ActionChange {
  readonly exchange: Exchange;
  readonly symbol: string;
  readonly exDate: SessionDate;
  readonly kind: string;
  /** New shares per old share, a price factor, or money per share. */
  readonly value: number;
  /** The announcement it rests on; kept. */
  readonly why: string;
  /** Takes the action out, whatever sources say; it stays in the log. */
  readonly withdraw: boolean;
  readonly actor: Actor;
}

/**
 * Writes a corporate action down by hand, or takes one out. A person's word counts before any source.
 *
 * @throws AppError(bad_input) that names what is no action.
 */
export async function changeAction(
  host: Pick<Host, 'items' | 'objects' | 'clock'>,
  { exchange, symbol, exDate, kind, value, why, withdraw, actor }: ActionChange,
): Promise<{ readonly action: CorporateAction; readonly changed: boolean }> {
  const reason = requireWhy(why);
  const ticker = requireTicker(symbol);
  if (!SessionDate.safeParse(exDate).success)
    throw new AppError('bad_input', `expected an ex-date as YYYY-MM-DD, found "${exDate}"`);
  const known = ActionKind.safeParse(kind);
  if (!known.success)
    throw new AppError('bad_input', `expected one of ${ActionKind.options.join(', ')}, found "${kind}"`);
  if (!(value > 0 && value <= LARGEST_VALUE))
    throw new AppError('bad_input', `expected a value above 0, at most ${LARGEST_VALUE}, found ${value}`);
  const action = { symbol: ticker, exDay: toEpochDay(exDate), kind: known.data, value };
  const origin = { source: 'admin', recordedMs: host.clock.nowMs(), by: nameOf(actor), why: reason };
  const write = withdraw ? withdrawActions : saveActions;
  return { action, changed: (await write(host, exchange, [action], origin)) > 0 };
}

import { AppError, requireWhy, SessionDate, toEpochDay, type Exchange } from '@aion/core';
import { decideIssue, loadQualityReport, type QualityReport } from '@aion/market';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';

export interface FindingDecision {
  readonly exchange: Exchange;
  /** Kind of the finding, such as `unexplained_jump`. */
  readonly code: string;
  readonly symbol: string;
  readonly sessionDate: SessionDate;
  /** What was checked; kept. */
  readonly why: string;
  /** Takes an acceptance back. */
  readonly revoke: boolean;
  readonly actor: Actor;
}

/** What was decided, as it is kept. */
export type DecidedFinding = Parameters<typeof decideIssue>[2];

/**
 * Accepts a finding of the checks, so that it holds its symbol back no longer, or takes that back. Only what the checks find can be accepted:
 * the newest report is asked and, where it does not have it and the caller can look again, `auditNow`.
 *
 * @throws AppError(bad_input) for an invalid date, a reason that is too short, or a finding that nobody has found.
 */
export async function decideFinding(
  host: Pick<Host, 'items' | 'objects' | 'clock'>,
  { exchange, code, symbol: given, sessionDate, why, revoke, actor }: FindingDecision,
  auditNow: () => Promise<QualityReport | undefined> = async () => undefined,
): Promise<DecidedFinding> {
  if (!SessionDate.safeParse(sessionDate).success)
    throw new AppError('bad_input', `expected a date as YYYY-MM-DD, found "${sessionDate}"`);
  const reason = requireWhy(why);
  const symbol = given.toUpperCase();
  const findIn = (report: QualityReport | undefined) =>
    report?.issues.find((issue) => issue.code === code && issue.symbol === symbol && issue.sessionDate === sessionDate);
  const found = findIn(await loadQualityReport(host, exchange)) ?? findIn(await auditNow());
  if (found === undefined && !revoke)
    throw new AppError(
      'bad_input',
      `the checks find no ${code} of ${symbol} on ${sessionDate}; see \`aion quality --now\` or the report on /system`,
    );
  const decision = {
    ...(found !== undefined && { message: found.message }),
    code,
    symbol,
    day: toEpochDay(sessionDate),
    by: nameOf(actor),
    why: reason,
    decidedMs: host.clock.nowMs(),
    ...(revoke && { revoked: true as const }),
  };
  await decideIssue(host, exchange, decision);
  return decision;
}

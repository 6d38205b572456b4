import { AppError, type EpochMs, type SessionDate } from '@aion/core';
import type { ExchangeCalendar, SessionInfo } from '@aion/market';

export type OpenSession = Exclude<SessionInfo, { kind: 'closed' }>;

/** The session of a date. Throws AppError(outside_calendar), naming the last session before it, where there is none. */
export function requireSession(calendar: ExchangeCalendar, sessionDate: SessionDate): OpenSession {
  const session = calendar.session(sessionDate);
  if (session.kind !== 'closed') return session;
  const previous = calendar.previousSession(sessionDate);
  throw new AppError(
    'outside_calendar',
    `${sessionDate} is no ${calendar.exchange} session (${session.reason}); the last session before it is ${previous}`,
  );
}

/** The session that is open at an instant, or the last one before it. */
export function sessionAt(calendar: ExchangeCalendar, nowMs: EpochMs): SessionDate {
  const today = calendar.dateAt(nowMs);
  const session = calendar.session(today);
  return session.kind !== 'closed' && nowMs >= session.openMs ? today : calendar.previousSession(today);
}

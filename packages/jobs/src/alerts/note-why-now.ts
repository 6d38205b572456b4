import { bodyOf, hashOf, type EpochMs, type Exchange, type SessionDate } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { loadActiveSignals, WHY_NOW, whyNowKey, type WhyNow } from '@aion/signals';
import { alertWords, makeEventBus, type Alert } from '@aion/universe';
import type { Host } from '../host.ts';

/** So many of one signal are shown: the strongest of each kind, the newest first. */
const MOST = 6;
/** Alerts of so many sessions count as now. */
const SESSIONS = 5;

/**
 * Keeps with each active signal what alerts say of its share now: layer 1 of price and volume and layer 2 of records, of the last sessions, each
 * kind once. A signal whose alerts have not changed is left as it is.
 *
 * @returns how many signals have something to say, and of how many it changed
 */
export async function noteWhyNow(
  host: Host,
  exchange: Exchange,
  session: SessionDate,
  nowMs: EpochMs,
): Promise<{ readonly signals: number; readonly changed: number }> {
  const active = await loadActiveSignals(host.items, exchange, session);
  if (active.length === 0) return { signals: 0, changed: 0 };
  const from = loadCalendar(exchange).previousSession(session, SESSIONS - 1);
  const events = await makeEventBus(host, exchange).history({ from, to: session });
  const bySymbol = Map.groupBy(
    events.map(({ alert }) => alert).filter(({ atMs }) => atMs <= nowMs),
    ({ symbol }) => symbol,
  );
  let [signals, changed] = [0, 0];
  for (const { signal } of active) {
    const alerts = strongestOfEach(bySymbol.get(signal.symbol) ?? []);
    if (alerts.length > 0) signals++;
    if (await keep(host, signal.id, { alerts, asOfMs: nowMs })) changed++;
  }
  return { signals, changed };
}

function strongestOfEach(alerts: readonly Alert[]): WhyNow['alerts'] {
  const strongest = new Map<string, Alert>();
  for (const alert of alerts) {
    const known = strongest.get(alert.type);
    if (known === undefined || alert.score > known.score) strongest.set(alert.type, alert);
  }
  return [...strongest.values()]
    .toSorted((a, b) => b.score - a.score || (a.type < b.type ? -1 : 1))
    .slice(0, MOST)
    .toSorted((a, b) => b.atMs - a.atMs || (a.type < b.type ? -1 : 1))
    .map((alert) => ({ type: alert.type, title: alertWords(alert), atMs: alert.atMs, score: alert.score }));
}

async function keep({ items }: Host, signalId: string, whyNow: WhyNow): Promise<boolean> {
  const key = whyNowKey(signalId);
  const found = await items.get(key);
  const known = found === undefined ? [] : bodyOf(found, WHY_NOW).alerts;
  if (hashOf(known) === hashOf(whyNow.alerts)) return false;
  await items.put({ ...key, v: WHY_NOW.v, body: { ...whyNow } });
  return true;
}

import { queryAll, type EpochMs, type ItemTable } from '@aion/core';
import type { Readiness } from '@aion/signals';

/** The newest refinement of all active signals, laid over the list for tiers that have it. */
export interface ReadinessOverlay {
  readonly asOfMs: EpochMs;
  readonly bySignal: ReadonlyMap<string, Readiness>;
}

const overlayKey = (exchange: string) => ({ table: 'product', pk: `READY#${exchange}`, sk: 'LATEST' }) as const;
const historyPk = (signalId: string): string => `SIG#${signalId}`;

/** Stores a refinement: each signal's history first, then the overlay that readers see. */
export async function saveReadiness(
  items: ItemTable,
  exchange: string,
  asOfMs: EpochMs,
  readiness: ReadonlyMap<string, Readiness>,
): Promise<void> {
  for (const [signalId, value] of readiness) {
    const sk = `READY#${String(asOfMs).padStart(15, '0')}`;
    await items.put({ table: 'product', pk: historyPk(signalId), sk, v: 1, body: { ...value } });
  }
  await items.put({ ...overlayKey(exchange), v: 1, body: { asOfMs, readiness: Object.fromEntries(readiness) } });
}

export async function loadReadiness(items: ItemTable, exchange: string): Promise<ReadinessOverlay | undefined> {
  const found = await items.get(overlayKey(exchange));
  if (found === undefined) return undefined;
  const body = found.body as { asOfMs: number; readiness: Record<string, Readiness> };
  return { asOfMs: body.asOfMs, bySignal: new Map(Object.entries(body.readiness)) };
}

/** Every refinement of one signal, oldest first. */
export async function loadReadinessHistory(items: ItemTable, signalId: string): Promise<Readiness[]> {
  const found = await queryAll(items, { table: 'product', pk: historyPk(signalId), prefix: 'READY#' });
  return found.map((item) => item.body as unknown as Readiness);
}

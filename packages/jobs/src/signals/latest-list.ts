import { LatestSignals, type Tier } from '@aion/contracts';
import { AppError, isAppError, type Exchange } from '@aion/core';
import { loadLatest, readReadiness, type LatestPointer, type ReadinessOverlay } from '@aion/pipeline';
import { withReadiness } from '@aion/signals';
import type { Config } from '../config.ts';
import type { Host } from '../host.ts';

/** A publication and the newest refinement of its signals, as far as there are any. */
export interface Publication {
  readonly pointer: LatestPointer | undefined;
  readonly readiness: ReadinessOverlay | undefined;
}

/**
 * A publication's signals as a tier sees them, with what the newest refinement says of their entries.
 *
 * @throws AppError(not_found), which `isNoRun` tells from others, where nothing was published, or nothing that `mode` serves.
 */
export async function listOf(
  { objects, mode }: Pick<Host, 'objects'> & Pick<Config, 'mode'>,
  { pointer, readiness }: Publication,
  tier: Tier,
): Promise<LatestSignals> {
  if (pointer === undefined)
    throw noRun('no run has been published yet; an admin can start one, or `aion daily` where the product runs');
  const bytes = await objects.get(pointer.snapshots[tier]);
  const list = LatestSignals.parse(JSON.parse(new TextDecoder().decode(bytes)));
  // What was published while the product ran on stubs is not served once it runs for subscribers.
  if (mode === 'prod' && list.badges.some((badge) => badge === 'STUB' || badge === 'SIMULATED'))
    throw noRun('MODE=prod serves no stub or simulated signals; an admin can start a run with trained models');
  return readiness === undefined ? list : withReadiness(list, readiness.bySignal, readiness.asOfMs);
}

/**
 * The latest published signals as a tier sees them. Throws as `listOf` does.
 *
 * @example const { signals } = await latestList(host, 'NSE', 'elite');
 */
export async function latestList(
  { items, objects, config: { mode } }: Pick<Host, 'items' | 'objects' | 'config'>,
  exchange: Exchange,
  tier: Tier,
): Promise<LatestSignals> {
  const { pointer, readiness } = await loadLatest(items, exchange);
  const overlay = readiness === undefined ? undefined : await readReadiness(objects, readiness);
  return listOf({ objects, mode }, { pointer, readiness: overlay }, tier);
}

const NO_RUN = 'no_run';
const noRun = (message: string): AppError => new AppError('not_found', message, { context: { code: NO_RUN } });

/** Whether an error says that there is no list to show. */
export const isNoRun = (error: unknown): boolean => isAppError(error, 'not_found') && error.context['code'] === NO_RUN;

import { gzipSync } from 'node:zlib';
import { LatestSignals, type Tier } from '@aion/contracts';
import { AppError, shortId, sha256Hex } from '@aion/core';
import { loadPointer, loadReadiness, type LatestPointer } from '@aion/pipeline';
import { withReadiness } from '@aion/signals';
import type { ApiDeps } from './deps.ts';

const POINTER_MS = 1000;
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 200;
/** Pages of odd sizes and starts are made again rather than kept beyond this. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

export interface ShapedPage {
  readonly etag: string;
  readonly json: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/**
 * The list as bytes per tier and page. The pointer is read at most once a second; a tier's object is read once per
 * revision, and each page of it is serialised and compressed once: a request costs a look-up.
 */
export function makeLatestView(deps: ApiDeps): {
  page(tier: Tier, limit: number, cursor: string | undefined): Promise<ShapedPage>;
  whole(tier: Tier): Promise<LatestSignals>;
  pointer(): Promise<LatestPointer | undefined>;
} {
  let held: { pointer: LatestPointer | undefined; readinessKey: string; untilMs: number } | undefined;
  let reading: Promise<void> | undefined;
  let lists = new Map<Tier, Promise<LatestSignals>>();
  let pages = new Map<string, Promise<ShapedPage>>();
  let pageBytes = 0;

  const refresh = async (): Promise<void> => {
    const pointer = await loadPointer(deps.items, deps.exchange);
    const readiness = pointer === undefined ? undefined : await loadReadiness(deps.items, deps.exchange);
    const readinessKey = `${pointer?.snapshotId ?? ''}#${pointer?.revision ?? 0}#${readiness?.asOfMs ?? 0}`;
    if (held?.readinessKey !== readinessKey) {
      lists = new Map();
      pages = new Map();
      pageBytes = 0;
    }
    held = { pointer, readinessKey, untilMs: deps.clock.nowMs() + POINTER_MS };
  };
  const current = async (): Promise<LatestPointer | undefined> => {
    if (held === undefined || held.untilMs <= deps.clock.nowMs()) {
      reading ??= refresh().finally(() => (reading = undefined));
      await reading;
    }
    return held?.pointer;
  };
  const loadList = async (pointer: LatestPointer, tier: Tier): Promise<LatestSignals> => {
    const bytes = await deps.objects.get(pointer.snapshots[tier]);
    const list = LatestSignals.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const readiness = await loadReadiness(deps.items, deps.exchange);
    return readiness === undefined ? list : withReadiness(list, readiness.bySignal, readiness.asOfMs);
  };
  const remembered = <K, V>(map: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> => {
    let value = map.get(key);
    if (value === undefined) {
      value = make();
      map.set(key, value);
      // A failure is not kept: the next request tries again.
      value.catch(() => map.delete(key));
    }
    return value;
  };
  const whole = async (tier: Tier): Promise<LatestSignals> => {
    const pointer = await current();
    if (pointer === undefined) {
      throw new AppError('not_found', 'no run has been published yet; an admin can start one', {
        context: { code: 'no_run' },
      });
    }
    return remembered(lists, tier, () => loadList(pointer, tier));
  };

  return {
    pointer: current,
    whole,
    async page(tier, limit, cursor) {
      const list = await whole(tier);
      const start = cursor === undefined ? 0 : decodeCursor(cursor, list.snapshotId);
      return remembered(pages, `${tier}#${limit}#${start}`, async () => {
        const page = toPage(list, start, limit);
        pageBytes += page.json.length + page.gzip.length;
        if (pageBytes > MAX_PAGE_BYTES) {
          pages.clear();
          pageBytes = 0;
        }
        return page;
      });
    },
  };
}

function toPage(list: LatestSignals, start: number, limit: number): ShapedPage {
  const signals = list.signals.slice(start, start + limit);
  const end = start + signals.length;
  const nextCursor = end < list.signals.length ? encodeCursor(list.snapshotId, end) : null;
  const json = new TextEncoder().encode(JSON.stringify({ ...list, signals, nextCursor }));
  return { etag: `"${shortId(sha256Hex(json), 24)}"`, json, gzip: new Uint8Array(gzipSync(json, { level: 6 })) };
}

function encodeCursor(snapshotId: string, place: number): string {
  return btoa(`${snapshotId.slice(0, 16)}:${place}`).replaceAll('=', '');
}

function decodeCursor(cursor: string, snapshotId: string): number {
  const refuse = (detail: string): AppError => new AppError('bad_input', `${detail}; start again without a cursor`);
  let text: string;
  try {
    text = atob(cursor);
  } catch (cause) {
    throw new AppError('bad_input', 'the cursor is not one that this server gave; start again without a cursor', {
      cause,
    });
  }
  const match = /^([0-9a-f]{16}):(\d{1,6})$/.exec(text);
  if (match === null) throw refuse('the cursor is not one that this server gave');
  if (match[1] !== snapshotId.slice(0, 16)) throw refuse('a newer run was published since the cursor was given');
  return Number(match[2]);
}

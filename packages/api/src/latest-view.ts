import type { Badge, LatestSignals, Tier } from '@aion/contracts';
import { isNoRun, listOf, type Publication } from '@aion/jobs/signals';
import { loadLatest, readReadiness, type Latest } from '@aion/pipeline';
import type { ApiDeps } from './deps.ts';
import { decodeListCursor, encodeListCursor } from './list-cursor.ts';
import { makeTagged, type TaggedAnswer } from './tagged-answer.ts';

const POINTER_MS = 1000;
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 200;
/** Pages of odd sizes and starts are made again rather than kept beyond this. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const NEWER_RUN = 'a newer run was published since the cursor was given';

/**
 * The list as bytes per tier and page. The pointer is read at most once a second; a tier's object is read once per
 * revision, and each page of it is serialised and compressed once: a request costs a look-up.
 */
export function makeLatestView(deps: ApiDeps): {
  page(tier: Tier, limit: number, cursor: string | undefined): Promise<TaggedAnswer<LatestSignals>>;
  whole(tier: Tier): Promise<LatestSignals>;
  /** The labels of what is served; while nothing is, those that the market itself has. */
  badges(tier: Tier): Promise<readonly Badge[]>;
  /** What every page shows beside the signals: the newest run and the newest bars. */
  state(): Promise<Latest>;
} {
  let held: Generation | undefined;
  let reading: Promise<Generation> | undefined;

  const refresh = async (): Promise<Generation> => {
    let latest = await loadLatest(deps.items, deps.exchange, { eventual: true });
    // An eventual read may be of a replica that lags behind the one that was read before; what is read surely is believed, also
    // when it is older: then the state was restored.
    if (held !== undefined && isOlder(latest, held)) latest = await loadLatest(deps.items, deps.exchange);
    const { pointer, readiness } = latest;
    const key = `${pointer?.snapshotId ?? ''}#${pointer?.turn ?? 0}#${readiness?.asOfMs ?? 0}`;
    const untilMs = deps.clock.monotonicMs() + POINTER_MS;
    if (held?.key === key) return (held = { ...held, latest, untilMs });
    const overlay = readiness === undefined ? undefined : await readReadiness(deps.objects, readiness);
    held = {
      key,
      latest,
      pointer,
      readiness: overlay,
      lists: new Map(),
      pages: new Map(),
      kept: { bytes: 0 },
      untilMs,
    };
    return held;
  };
  const current = async (): Promise<Generation> => {
    if (held !== undefined && held.untilMs > deps.clock.monotonicMs()) return held;
    reading ??= refresh().finally(() => (reading = undefined));
    return reading;
  };
  const keptList = (generation: Generation, tier: Tier): Promise<LatestSignals> =>
    remembered(generation.lists, tier, () => listOf(deps, generation, tier));

  return {
    async badges(tier) {
      try {
        return (await keptList(await current(), tier)).badges;
      } catch (error) {
        if (!isNoRun(error)) throw error;
        return deps.simulated ? ['SIMULATED'] : [];
      }
    },
    state: async () => (await current()).latest,
    whole: async (tier) => keptList(await current(), tier),
    async page(tier, limit, cursor) {
      // One generation from here on: a publication in between must not put an old page among the new ones.
      const generation = await current();
      const list = await keptList(generation, tier);
      const start = cursor === undefined ? 0 : decodeListCursor(cursor, list.snapshotId, NEWER_RUN);
      const { pages, kept } = generation;
      return remembered(pages, `${tier}#${limit}#${start}`, async () => {
        const page = toPage(list, start, limit);
        kept.bytes += page.json.length + page.gzip.length;
        if (kept.bytes > MAX_PAGE_BYTES) {
          pages.clear();
          kept.bytes = 0;
        }
        return page;
      });
    },
  };
}

/** Everything that is served of one publication and one refinement of it. */
interface Generation extends Publication {
  readonly key: string;
  readonly latest: Latest;
  readonly lists: Map<Tier, Promise<LatestSignals>>;
  readonly pages: Map<string, Promise<TaggedAnswer<LatestSignals>>>;
  readonly kept: { bytes: number };
  /** Monotonic. */
  readonly untilMs: number;
}

/** Whether what was read is older than what is held: an earlier session or turn, or an earlier refinement of the same. */
function isOlder({ pointer, readiness }: Latest, held: Generation): boolean {
  const before = held.pointer;
  if (before === undefined) return false;
  if (pointer === undefined || pointer.sessionDate < before.sessionDate) return true;
  if (pointer.sessionDate === before.sessionDate && pointer.turn < before.turn) return true;
  return pointer.snapshotId === before.snapshotId && (readiness?.asOfMs ?? 0) < (held.readiness?.asOfMs ?? 0);
}

function remembered<K, V>(map: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
    // A failure is not kept: the next request tries again.
    value.catch(() => map.delete(key));
  }
  return value;
}

function toPage(list: LatestSignals, start: number, limit: number): TaggedAnswer<LatestSignals> {
  const signals = list.signals.slice(start, start + limit);
  const end = start + signals.length;
  const nextCursor = end < list.signals.length ? encodeListCursor(list.snapshotId, end) : null;
  return makeTagged({ ...list, signals, nextCursor });
}

import { AppError, makeBoundedCache, type SessionDate } from '@aion/core';
import { listScans, loadScanPointer, readScanBook, rescan, type ScanPointer } from '@aion/pipeline';
import type { ScannedSession } from '@aion/signals';
import type { ApiDeps } from './deps.ts';

const LIST_MS = 1000;
/** A session's book takes a few megabytes. */
const KEPT_BOOKS = 4;
const KEPT_SCREENS = 1;

/** The scans of sessions, read once each: which there are is asked at most once a second. */
export function makeScanBooks(deps: ApiDeps) {
  const books = makeKept<ScannedSession>(KEPT_BOOKS);
  const screens = makeKept<Awaited<ReturnType<typeof rescan>>>(KEPT_SCREENS);
  let listed: { readonly sessions: Promise<ScanPointer[]>; readonly untilMs: number } | undefined;

  const sessions = (): Promise<ScanPointer[]> => {
    if (listed !== undefined && listed.untilMs > deps.clock.monotonicMs()) return listed.sessions;
    const found = listScans(deps.items, deps.exchange);
    // A failure is not kept: the next request tries again.
    found.catch(() => (listed = undefined));
    listed = { sessions: found, untilMs: deps.clock.monotonicMs() + LIST_MS };
    return found;
  };
  const open = async (pointer: ScanPointer): Promise<ScannedSession> => {
    const session = await books.get(`${pointer.object} ${pointer.scannedAtMs}`, async () => ({
      book: await readScanBook(deps.objects, pointer),
      scannedAtMs: pointer.scannedAtMs,
    }));
    if (deps.mode === 'prod' && session.book.simulated)
      throw notScanned('MODE=prod serves no scans of a simulated market; an admin can start a run on real bars');
    return session;
  };
  return {
    sessions,
    /** The session of a date, or the newest. Throws AppError(not_found) where nothing was scanned. */
    async session(date: SessionDate | undefined): Promise<{ session: ScannedSession; pointer: ScanPointer }> {
      const newest = await sessions();
      const pointer =
        date === undefined
          ? newest[0]
          : (newest.find(({ sessionDate }) => sessionDate === date) ??
            (await loadScanPointer(deps.items, deps.exchange, date)));
      if (pointer !== undefined) return { session: await open(pointer), pointer };
      if (date === undefined) throw notScanned('no session has been scanned yet; an admin can start a daily run');
      throw notScanned(`the session ${date} was not scanned; GET /v1/scans lists the sessions that were`);
    },
    /** The scans of a session over all of its symbols, to explain one that did not match. */
    screen: (pointer: ScanPointer, { book }: ScannedSession) =>
      screens.get(pointer.object, () => rescan(deps.objects, book)),
  };
}

const notScanned = (message: string): AppError => new AppError('not_found', message, { context: { code: 'no_scan' } });

/** Values by name, the ones that were asked for last; a failure is not kept. */
function makeKept<V>(most: number): { get(key: string, make: () => Promise<V>): Promise<V> } {
  const held = makeBoundedCache<string, Promise<V>>(most);
  return {
    get(key, make) {
      const known = held.get(key);
      if (known !== undefined) return known;
      const value = make();
      held.set(key, value);
      value.catch(() => held.delete(key));
      return value;
    },
  };
}

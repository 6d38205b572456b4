import type { StateFile } from './state-file.ts';

/** Small enough that no other writer waits for it. */
const AT_ONCE = 2000;

/** Removes the items that have expired, which reads skip already. Returns how many. */
export async function sweepExpired(file: StateFile, nowMs: number): Promise<number> {
  const remove = file.db.prepare(
    `DELETE FROM items WHERE (tbl, pk, sk) IN
       (SELECT tbl, pk, sk FROM items WHERE expires_s IS NOT NULL AND expires_s <= ? LIMIT ${AT_ONCE})`,
  );
  let removed = 0;
  for (;;) {
    const changes = await file.write(() => Number(remove.run(Math.floor(nowMs / 1000)).changes));
    removed += changes;
    if (changes < AT_ONCE) return removed;
  }
}

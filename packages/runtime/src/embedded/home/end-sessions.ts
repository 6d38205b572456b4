import type { StateFile } from '@aion/adapters/sqlite/state-file';

/** Ends every session and every link of a home, so that whoever holds an older token signs in again. */
export function endSessions(state: StateFile): void {
  state.transaction(() => state.db.exec("DELETE FROM items WHERE tbl = 'ephemeral' AND pk LIKE 'AUTH#%'"));
}

import { itemTableContract } from '../contract-suites/item-table.ts';
import { objectStoreContract } from '../contract-suites/object-store.ts';
import { makeMemoryItemTable } from './memory-item-table.ts';
import { makeMemoryObjectStore } from './memory-object-store.ts';

itemTableContract('in memory', async (clock) => makeMemoryItemTable(clock));
objectStoreContract('in memory', async () => {
  const store = makeMemoryObjectStore();
  return { store, damage: async (key) => void store.held.set(key, new Uint8Array([1])) };
});

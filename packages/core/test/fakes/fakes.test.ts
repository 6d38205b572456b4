import { objectStoreContract } from '../contract-suites/object-store.ts';
import { makeMemoryObjectStore } from './memory-object-store.ts';

objectStoreContract('in memory', async () => {
  const store = makeMemoryObjectStore();
  return { store, damage: async (key) => void store.held.set(key, new Uint8Array([1])) };
});

import { beforeEach, describe, expect, it } from 'vitest';
import { isAppError, sha256Hex, type ObjectStore } from '../../src/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every ObjectStore adapter promises. `damage` flips bytes behind the store's back. */
export function objectStoreContract(
  name: string,
  make: () => Promise<{ store: ObjectStore; damage: (key: string) => Promise<void> }>,
): void {
  describe(`ObjectStore contract: ${name}`, () => {
    let store: ObjectStore;
    let damage: (key: string) => Promise<void>;
    beforeEach(async () => {
      ({ store, damage } = await make());
    });

    it('names an object by its content, and storing it twice is one object', async () => {
      const first = await store.put('snap/NSE', bytes('hello'), '.json');
      expect(first).toEqual({ key: `snap/NSE/${sha256Hex('hello')}.json`, sha256: sha256Hex('hello'), bytes: 5 });
      expect(await store.put('snap/NSE', bytes('hello'), '.json')).toEqual(first);
      expect(await store.list('snap/')).toEqual([first.key]);
      expect(await store.has(first.key)).toBe(true);
      expect(new TextDecoder().decode(await store.get(first.key))).toBe('hello');
    });

    it('reads ranges', async () => {
      const { key } = await store.put('x', bytes('0123456789'));
      expect(new TextDecoder().decode(await store.getRange(key, 3, 6))).toBe('345');
    });

    it('says not_found for what is absent', async () => {
      await expect(store.get(`x/${'0'.repeat(64)}`)).rejects.toSatisfy((error) => isAppError(error, 'not_found'));
      expect(await store.has(`x/${'0'.repeat(64)}`)).toBe(false);
    });

    it('refuses bytes that no longer match their name', async () => {
      const { key } = await store.put('x', bytes('precious'));
      await damage(key);
      await expect(store.get(key)).rejects.toSatisfy((error) => isAppError(error, 'corrupt'));
    });

    it('refuses keys that leave the store', async () => {
      for (const key of ['../secret', '/etc/passwd', 'a/../../b', '']) {
        await expect(store.get(key)).rejects.toSatisfy((error) => isAppError(error, 'bad_input'));
      }
    });

    it('lists by prefix with a limit, and deletes', async () => {
      for (let i = 0; i < 5; i++) await store.put(`d/${i % 2}`, bytes(`n${i}`));
      expect(await store.list('d/0')).toHaveLength(3);
      expect(await store.list('d/', 2)).toHaveLength(2);
      for (const key of await store.list('d/')) await store.delete(key);
      expect(await store.list('d/')).toEqual([]);
    });
  });
}

import { beforeEach, describe, expect, it } from 'vitest';
import { AppError, makeFrozenClock, queryAll, type ItemTable } from '@aion/core';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import { makeMemoryObjectStore, type MemoryObjectStore } from '../../core/test/fakes/memory-object-store.ts';
import { BundleManifest, Manifest } from './manifest.ts';
import {
  isStubOfBefore,
  listBundles,
  loadServingBundle,
  promoteBundle,
  registerBundle,
  rollBackBundle,
  verifyBundle,
} from './registry.ts';
import { MODEL_NAMES, type ModelName } from './signatures.ts';
import { storeStubBundle } from './stub/stub-models.ts';

let ports: { items: ItemTable; objects: MemoryObjectStore };
let stub: BundleManifest;
beforeEach(async () => {
  ports = {
    items: makeSqliteItemTable(openStateFile(':memory:'), makeFrozenClock(0)),
    objects: makeMemoryObjectStore(),
  };
  stub = await storeStubBundle(ports.objects);
});

/** The stub bundle under another version, with something changed of one model or of all. */
const changed = (
  version: string,
  over: Partial<Manifest>,
  names: readonly ModelName[] = MODEL_NAMES,
): BundleManifest => ({
  version,
  models: Object.fromEntries(
    MODEL_NAMES.map((name) => [name, { ...stub.models[name], ...(names.includes(name) ? over : {}) }]),
  ) as BundleManifest['models'],
});
const trained = { backend: 'trained', standing: 'champion', simulated: false } as const;
const serve = async (bundle: BundleManifest): Promise<void> => {
  await registerBundle(ports, bundle);
  await promoteBundle(ports, bundle.version);
};

describe('a bundle that is registered', () => {
  it('vouches for its files by their hash, which their keys carry', async () => {
    const { file } = stub.models.tft;
    const other = changed('b', { file: { ...file, sha256: '0'.repeat(64) } }, ['tft']);
    await expect(registerBundle(ports, other)).rejects.toMatchObject({
      code: 'model_refused',
      message: expect.stringMatching(/^tft: its file .* does not carry the hash 0000/) as string,
    });
    expect((await listBundles(ports.items)).versions).toEqual([]);
  });

  it('is that under its version for good: again it changes nothing, with other contents it is refused', async () => {
    await registerBundle(ports, stub);
    const registered = () => queryAll(ports.items, { table: 'product', pk: 'MODELS#swing' });
    const before = await registered();
    expect(before).toHaveLength(1);
    await registerBundle(ports, stub);
    await expect(
      registerBundle(ports, changed(stub.version, { createdOn: '2026-02-02' }, ['veto'])),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await registered()).toEqual(before);
  });

  it('has every model and no field that is not known', () => {
    expect(BundleManifest.parse(stub)).toEqual(stub);
    for (const name of MODEL_NAMES) {
      const { [name]: _left, ...models } = stub.models;
      expect(BundleManifest.safeParse({ ...stub, models }).success, name).toBe(false);
    }
    expect(BundleManifest.safeParse({ ...stub, more: 1 }).success).toBe(false);
    const wrong: [string, unknown][] = [
      ['name', 'oracle'],
      ['version', 'Has Spaces'],
      ['backend', 'guess'],
      ['standing', 'best'],
      ['createdOn', 'yesterday'],
      ['inputSchemaHash', 'abc'],
      ['file', { ...stub.models.tft.file, sha256: 'ABC' }],
      ['file', { ...stub.models.tft.file, bytes: 0 }],
      ['file', { ...stub.models.tft.file, path: '/x' }],
      ['more', 1],
    ];
    for (const [field, value] of wrong)
      expect(Manifest.safeParse({ ...stub.models.tft, [field]: value }).success, field).toBe(false);
  });
});

describe('the bundle that serves', () => {
  it('is refused where a model has another signature or input schema; each is named', async () => {
    await serve(changed('b', { signature: { inputs: [], outputs: [] } }, ['encoder', 'veto']));
    await expect(loadServingBundle(ports, 'stub')).rejects.toMatchObject({
      code: 'model_refused',
      message: expect.stringMatching(
        /encoder stub-1 has another signature.*veto stub-1 has another signature/,
      ) as string,
    });
    await serve(changed('c', { inputSchemaHash: 'f'.repeat(64) }, ['tft']));
    await expect(loadServingBundle(ports, 'stub')).rejects.toThrow(/tft stub-1 was made for input schema ffffffffffff/);
  });

  it('in prod is neither a stub nor fitted on simulated data, not even in one model of four', async () => {
    await serve(changed('good', trained));
    expect(await loadServingBundle(ports, 'prod')).toMatchObject({ standing: 'champion' });
    for (const name of MODEL_NAMES) {
      await serve(
        changed(
          `stub-${name}`,
          trained,
          MODEL_NAMES.filter((each) => each !== name),
        ),
      );
      await expect(loadServingBundle(ports, 'prod')).rejects.toThrow(new RegExp(`${name} stub-1 is a stub`));
    }
    await serve(changed('sim', { ...trained, simulated: true }));
    await expect(loadServingBundle(ports, 'prod')).rejects.toThrow(/veto stub-1 was fitted on simulated data/);
    await expect(loadServingBundle(ports, 'stub')).resolves.toMatchObject({ manifest: { version: 'sim' } });
  });

  it('stands no higher than the lowest of its models', async () => {
    const standings: string[] = [];
    for (const [version, standing] of [
      ['e', 'experimental'],
      ['s', 'stub'],
      ['c', 'champion'],
    ] as const) {
      await serve({
        ...changed(version, trained),
        models: { ...changed(version, trained).models, tft: { ...stub.models.tft, ...trained, standing } },
      });
      standings.push((await loadServingBundle(ports, 'stub')).standing);
    }
    expect(standings).toEqual(['experimental', 'stub', 'champion']);
  });

  it('gives its graphs only undamaged, and a check names each that is not', async () => {
    await serve(stub);
    const bundle = await loadServingBundle(ports, 'stub');
    await verifyBundle(ports, 'stub', bundle);
    expect(await bundle.graph('tft')).toEqual(ports.objects.held.get(stub.models.tft.file.key));
    ports.objects.held.set(stub.models.tft.file.key, Uint8Array.of(1));
    ports.objects.held.delete(stub.models.veto.file.key);
    await expect(bundle.graph('tft')).rejects.toMatchObject({ code: 'model_refused' });
    await expect(bundle.graph('encoder')).resolves.toBeInstanceOf(Uint8Array);
    await expect(verifyBundle(ports, 'stub', bundle)).rejects.toMatchObject({
      code: 'model_refused',
      message: expect.stringMatching(/tft stub-1: .*damaged.*veto stub-1: no object/) as string,
    });
  });

  it('is not called damaged while the store does not answer', async () => {
    await serve(stub);
    const away = {
      ...ports,
      objects: {
        ...ports.objects,
        get: () => Promise.reject(new AppError('unavailable', 'no answer', { retryable: true })),
      },
    };
    await expect((await loadServingBundle(away, 'stub')).graph('tft')).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });

  it('is there, or the refusal says what is missing', async () => {
    await expect(loadServingBundle(ports, 'prod')).rejects.toMatchObject({ code: 'model_refused' });
    await expect(promoteBundle(ports, 'nothing')).rejects.toMatchObject({ code: 'not_found' });
    await expect(loadServingBundle(ports, 'stub', 'nothing')).rejects.toMatchObject({ code: 'model_refused' });
  });
});

describe('the champion', () => {
  it('gives way to the next and comes back, and a run that was begun keeps its own', async () => {
    for (const version of ['a', 'b']) await serve(changed(version, trained));
    expect(await listBundles(ports.items)).toEqual({ aliases: { champion: 'b', previous: 'a' }, versions: ['a', 'b'] });
    expect(await rollBackBundle(ports)).toBe('a');
    expect((await loadServingBundle(ports, 'prod')).manifest.version).toBe('a');
    expect((await loadServingBundle(ports, 'prod', 'b')).manifest.version).toBe('b');
    await promoteBundle(ports, 'a');
    expect((await listBundles(ports.items)).aliases).toEqual({ champion: 'a', previous: 'b' });
  });

  it('has none before it at first', async () => {
    await expect(rollBackBundle(ports)).rejects.toMatchObject({ code: 'missing_data' });
    await serve(stub);
    await expect(rollBackBundle(ports)).rejects.toMatchObject({ code: 'missing_data' });
  });

  it('is moved by one of two at once, and the other is told', async () => {
    for (const version of ['a', 'b', 'c']) await registerBundle(ports, changed(version, trained));
    await promoteBundle(ports, 'a');
    const moved = await Promise.allSettled(['b', 'c'].map((version) => promoteBundle(ports, version)));
    expect(moved.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(moved.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    expect((await listBundles(ports.items)).aliases.previous).toBe('a');
  });
});

describe('a stub that an older program generated', () => {
  const older = { inputSchemaHash: 'f'.repeat(64) };

  it('is told from one that fits, from a trained bundle and from none', async () => {
    expect(await isStubOfBefore(ports.items)).toBe(false);
    await serve(stub);
    expect(await isStubOfBefore(ports.items)).toBe(false);
    await serve(changed('trained', { ...trained, ...older }));
    expect(await isStubOfBefore(ports.items)).toBe(false);
    // One trained model of four is one that somebody has to retrain.
    await serve(changed('mixed', { ...trained, ...older }, ['tft']));
    expect(await isStubOfBefore(ports.items)).toBe(false);
    await serve(changed('older', older));
    expect(await isStubOfBefore(ports.items)).toBe(true);
    await serve(changed('signature', { signature: { inputs: [], outputs: [] } }, ['veto']));
    expect(await isStubOfBefore(ports.items)).toBe(true);
  });

  it('gives way to one of this program under a name of its own', async () => {
    await serve(changed('stub-1', older));
    const own = await storeStubBundle(ports.objects, true);
    expect(own.version).toMatch(/^stub-[0-9a-f]{8}$/);
    await serve(own);
    expect(await loadServingBundle(ports, 'stub')).toMatchObject({ manifest: { version: own.version } });
    expect(await isStubOfBefore(ports.items)).toBe(false);
  });
});

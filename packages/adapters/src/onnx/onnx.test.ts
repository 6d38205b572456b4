import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeFrozenClock, makeRng, type ItemTable, type ObjectStore } from '@aion/core';
import {
  encodeWindows,
  forecastStockFormer,
  forecastTft,
  forecastVeto,
  loadServingBundle,
  verifyBundle,
  makeStubGraph,
  MODEL_NAMES,
  promoteBundle,
  registerBundle,
  SIGNATURES,
  storeStubBundle,
  vetoInput,
  writeOnnx,
  type Rows,
} from '@aion/forecast';
import { makeFileObjectStore } from '../files/object-store.ts';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile } from '../sqlite/state-file.ts';
import { makeOnnxLoader } from './tensor-model-loader.ts';

const loader = makeOnnxLoader({ threads: 1 });

function windows(count: number, drift: number): Rows {
  const rng = makeRng('windows');
  const values = new Float32Array(count * 600);
  for (let n = 0; n < count; n++) {
    let close = Math.exp(-drift * 119);
    for (let i = 0; i < 120; i++) {
      const place = n * 600 + i * 5;
      values.set([close, close * 1.01, close * 0.99, close, rng.normal()], place);
      close *= Math.exp(drift + (i === 118 ? 0 : 0.002 * rng.normal()));
    }
  }
  return { count, width: 600, values };
}
const rows = (count: number, width: number): Rows => ({
  count,
  width,
  values: new Float32Array(count * width).fill(0.1),
});

describe('stub models through ONNX Runtime', () => {
  it('load with exactly the signatures that trained models will have', async () => {
    for (const name of MODEL_NAMES) {
      const model = await loader.load(makeStubGraph(name));
      expect({ inputs: model.inputs, outputs: model.outputs }).toEqual(SIGNATURES[name]);
      await model.dispose();
    }
  });

  it('forecast up for rising windows and down for falling ones, within their ranges, in batches of any size', async () => {
    const [encoder, stockformer, tft, veto] = await Promise.all(
      MODEL_NAMES.map((name) => loader.load(makeStubGraph(name))),
    );
    for (const drift of [0.01, -0.01]) {
      const count = 130;
      const embeddings = await encodeWindows(encoder!, rows(count, 720));
      expect(embeddings.values).toHaveLength(count * 512);
      const inputs = { ohlcv: windows(count, drift), embeddings, context: rows(count, 29) };
      const a = await forecastStockFormer(stockformer!, inputs);
      const b = await forecastTft(tft!, inputs);
      const fail = await forecastVeto(veto!, vetoInput(a, b, inputs.context));
      for (let i = 0; i < count; i++) {
        expect(Math.sign(a.upProbs.values[i * 3 + 2]! - 0.5)).toBe(Math.sign(drift));
        expect(Math.sign(b.returns.values[i * 3 + 2]!)).toBe(Math.sign(drift));
        expect(b.lower10d.values[i]!).toBeLessThan(b.upper10d.values[i]!);
        expect(fail.values[i]!).toBeGreaterThanOrEqual(0);
      }
      const [one] = [
        await forecastStockFormer(stockformer!, {
          ohlcv: { ...inputs.ohlcv, count: 1, values: inputs.ohlcv.values.slice(0, 600) },
          embeddings: { ...embeddings, count: 1, values: embeddings.values.slice(0, 512) },
          context: rows(1, 29),
        }),
      ];
      expect([...one.upProbs.values]).toEqual([...a.upProbs.values.slice(0, 3)]);
    }
  });

  it('refuse a wrong shape, a missing input, a broken file and a graph that answers NaN', async () => {
    const model = await loader.load(makeStubGraph('veto'));
    await expect(model.run({ veto_input: { shape: [1, 5], values: new Float32Array(5) } })).rejects.toMatchObject({
      code: 'model_refused',
    });
    await expect(model.run({})).rejects.toThrow(/"veto_input" is missing/);
    await expect(loader.load(Uint8Array.from([1, 2, 3]))).rejects.toMatchObject({ code: 'model_refused' });
    const spec = [{ name: 'x', shape: [-1, 1] }];
    const nan = await loader.load(
      writeOnnx({
        name: 'nan',
        inputs: spec,
        outputs: [{ name: 'y', shape: [-1, 1] }],
        constants: [],
        nodes: [{ op: 'Log', inputs: ['x'], output: 'y' }],
      }),
    );
    await expect(nan.run({ x: { shape: [1, 1], values: Float32Array.of(-1) } })).rejects.toThrow(/NaN or an infinity/);
  });
});

describe('the model registry', () => {
  let ports: { items: ItemTable; objects: ObjectStore };
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'aion-registry-'));
    ports = {
      items: makeSqliteItemTable(openStateFile(join(root, 'state.db')), makeFrozenClock(0)),
      objects: makeFileObjectStore(root),
    };
  });

  it('serves a registered stub bundle in stub mode, marked stub', async () => {
    const bundle = await storeStubBundle(ports.objects);
    await registerBundle(ports, bundle);
    await registerBundle(ports, bundle);
    await promoteBundle(ports, bundle.version);
    expect(await loadServingBundle(ports, 'stub')).toMatchObject({ standing: 'stub', manifest: { version: 'stub-1' } });
  });

  it('prod refuses an empty registry, a stub and a model fitted on simulated data, and names each', async () => {
    await expect(loadServingBundle(ports, 'prod')).rejects.toThrow(
      /encoder, stockformer, tft, veto; the registry has none/,
    );
    await registerBundle(ports, await storeStubBundle(ports.objects));
    await promoteBundle(ports, 'stub-1');
    await expect(loadServingBundle(ports, 'prod')).rejects.toThrow(
      /encoder stub-1 is a stub.*veto stub-1 was fitted on simulated data/,
    );
  });

  it('refuses a damaged artifact, a missing one, a foreign schema and a foreign signature', async () => {
    const bundle = await storeStubBundle(ports.objects);
    const cases: [RegExp, () => Promise<void> | void, typeof bundle][] = [
      [/tft stub-1: object .* was damaged/, () => writeFile(join(root, bundle.models.tft.file.key), 'x'), bundle],
      [
        /made for input schema/,
        () => {},
        {
          ...bundle,
          version: 'b',
          models: { ...bundle.models, encoder: { ...bundle.models.encoder, inputSchemaHash: '0'.repeat(64) } },
        },
      ],
      [
        /veto stub-1 has another signature/,
        () => {},
        {
          ...bundle,
          version: 'c',
          models: { ...bundle.models, veto: { ...bundle.models.veto, signature: bundle.models.tft.signature } },
        },
      ],
      [/is not in the store/, () => ports.objects.delete(bundle.models.veto.file.key), { ...bundle, version: 'd' }],
    ];
    for (const [message, damage, candidate] of cases) {
      await storeStubBundle(ports.objects);
      await registerBundle(ports, candidate);
      await promoteBundle(ports, candidate.version);
      await damage();
      const served = loadServingBundle(ports, 'stub').then((loaded) => verifyBundle(ports, 'stub', loaded));
      await expect(served).rejects.toThrow(message);
    }
  });

  it('keeps versions immutable', async () => {
    const bundle = await storeStubBundle(ports.objects);
    await registerBundle(ports, bundle);
    const other = { ...bundle, models: { ...bundle.models, tft: { ...bundle.models.tft, createdOn: '2026-02-02' } } };
    await expect(registerBundle(ports, other)).rejects.toMatchObject({ code: 'conflict' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor, TensorModel } from '@aion/core';
import { CONTEXT_VALUES, EMBEDDING_LENGTH, KLINE_FIELDS, OHLCV_FIELDS, WINDOW_BARS } from '@aion/features';
import {
  encodeWindows,
  forecastStockFormer,
  forecastTft,
  forecastVeto,
  MODEL_BATCH,
  QUANTUM,
  quantise,
  TEN_SESSIONS,
  vetoInput,
  type ForecastInputs,
  type Rows,
} from './forecasts.ts';
import { SIGNATURES, VETO_INPUTS, type ModelName } from './signatures.ts';

/** Rows of which the first value is their number, and the others are of no interest. */
const numbered = (count: number, width: number): Rows => {
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row++) values[row * width] = row;
  return { count, width, values };
};
const inputsOf = (count: number): ForecastInputs => ({
  ohlcv: numbered(count, WINDOW_BARS * OHLCV_FIELDS.length),
  embeddings: numbered(count, EMBEDDING_LENGTH),
  context: numbered(count, CONTEXT_VALUES.length),
});

/** A model with the final signature that says `answer` of the row whose number every input gives; `calls` are its batch sizes. */
function fakeModel(name: ModelName, answer: (row: number, output: string, place: number) => number) {
  const calls: number[] = [];
  const model: TensorModel = {
    ...SIGNATURES[name],
    async run(inputs) {
      const given = SIGNATURES[name].inputs.map((spec) => ({ spec, tensor: inputs[spec.name]! }));
      const rows = given[0]!.tensor.shape[0]!;
      calls.push(rows);
      for (const { spec, tensor } of given) {
        expect(tensor.shape).toEqual([rows, ...spec.shape.slice(1)]);
        expect(tensor.values).toHaveLength(tensor.shape.reduce((a, b) => a * b, 1));
      }
      const numbers = Array.from({ length: rows }, (_, i) => {
        const all = given.map(({ spec, tensor }) => {
          const width = spec.shape.slice(1).reduce((a, b) => a * b, 1);
          return tensor.values[i * width]!;
        });
        if (new Set(all).size !== 1) throw new Error(`rows ${all.join(', ')} in one place`);
        return all[0]!;
      });
      return Object.fromEntries(
        SIGNATURES[name].outputs.map(({ name: output, shape }): [string, Tensor] => {
          const width = shape[1]!;
          const values = Float32Array.from({ length: rows * width }, (_, i) =>
            answer(numbers[Math.floor(i / width)]!, output, i % width),
          );
          return [output, { shape: [rows, width], values }];
        }),
      );
    },
    dispose: async () => undefined,
  };
  return { model, calls };
}

describe('rows in batches', () => {
  it.each([0, 1, MODEL_BATCH - 1, MODEL_BATCH, MODEL_BATCH + 1, 2 * MODEL_BATCH, 2 * MODEL_BATCH + 2])(
    '%i keep their order over the bounds, and none is asked twice',
    async (count) => {
      const { model, calls } = fakeModel('encoder', (row, _, place) => row + place / 1024);
      const seen: number[][] = [];
      const kline = numbered(count, WINDOW_BARS * KLINE_FIELDS.length);
      const out = await encodeWindows(model, kline, (done, total) => void seen.push([done, total]));
      expect(out.count).toBe(count);
      for (let row = 0; row < count; row++)
        for (const place of [0, 1, EMBEDDING_LENGTH - 1])
          expect(out.values[row * EMBEDDING_LENGTH + place]).toBe(Math.fround(row + place / 1024));
      expect(Math.max(0, ...calls)).toBeLessThanOrEqual(MODEL_BATCH);
      expect(calls.reduce((sum, rows) => sum + rows, 0)).toBe(count);
      expect(calls).toHaveLength(Math.ceil(count / MODEL_BATCH));
      expect(seen.map(([done]) => done)).toEqual(calls.map((_, i) => Math.min(count, (i + 1) * MODEL_BATCH)));
    },
  );

  it('of a forecast take the same rows of every input, and each output has its own', async () => {
    const count = MODEL_BATCH + 3;
    const PLACE: Record<string, number> = { returns: 0, up_probs: 0.3, vol_10d: 0.4, lower_10d: 0.5, upper_10d: 0.6 };
    const answer = (row: number, output: string, place: number) => PLACE[output]! + row / 1000 + place / 100;
    const near = (rows: Rows, row: number, output: string) =>
      expect([...rows.values.subarray(row * rows.width, (row + 1) * rows.width)]).toEqual(
        Array.from({ length: rows.width }, (_, place) => expect.closeTo(answer(row, output, place), 5) as number),
      );
    const a = await forecastStockFormer(fakeModel('stockformer', answer).model, inputsOf(count));
    const b = await forecastTft(fakeModel('tft', answer).model, inputsOf(count));
    expect([a.returns, a.upProbs, b.returns, b.vol10d, b.upper10d, b.lower10d].map(({ width }) => width)).toEqual([
      3, 3, 3, 1, 1, 1,
    ]);
    for (const row of [0, 1, MODEL_BATCH - 1, MODEL_BATCH, count - 1]) {
      near(a.returns, row, 'returns');
      near(a.upProbs, row, 'up_probs');
      near(b.returns, row, 'returns');
      near(b.vol10d, row, 'vol_10d');
      near(b.upper10d, row, 'upper_10d');
      near(b.lower10d, row, 'lower_10d');
    }
    expect(TEN_SESSIONS).toBe(2);
  });
});

describe('a quantised value', () => {
  it('is the nearest step, the same when it is quantised again, and never a negative zero', () => {
    const seen = { up: 0, down: 0, zero: 0 };
    const value = fc.oneof(
      fc.integer({ min: -2e7, max: 2e7 }).map((n) => n / 1e7),
      fc.double({ min: -QUANTUM, max: QUANTUM, noNaN: true }),
    );
    fc.assert(
      fc.property(value, (exact) => {
        const step = quantise(exact);
        expect(Math.abs(step - exact)).toBeLessThanOrEqual(QUANTUM / 2 + 1e-12);
        expect(step).toBe(Math.round(step * 1e4) / 1e4 + 0);
        expect(Object.is(step, -0)).toBe(false);
        expect(quantise(step)).toBe(step);
        seen[step === 0 ? 'zero' : step > exact ? 'up' : 'down']++;
      }),
      { numRuns: 600 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
    expect([quantise(-1e-9), quantise(1e-9)]).toEqual([0, 0]);
  });
});

describe('what a model may not say', () => {
  const count = MODEL_BATCH + 10;
  const [inputs, vetoRows] = [inputsOf(count), numbered(count, VETO_INPUTS.length)];
  /** Good everywhere but in one place. */
  const wrongAt = (wrong: number, at: { row: number; output: string; place: number }, good = 0.5) => {
    return (row: number, output: string, place: number): number =>
      row === at.row && output === at.output && place === at.place ? wrong : good;
  };

  it.each([-0.001, 1.001, Number.NaN, Number.POSITIVE_INFINITY, -1, 2])(
    'is a probability of %d, wherever it stands; its row is named',
    async (wrong) => {
      for (const row of [0, MODEL_BATCH - 1, MODEL_BATCH, count - 1]) {
        for (const place of [0, 1, 2])
          await expect(
            forecastStockFormer(
              fakeModel('stockformer', wrongAt(wrong, { row, output: 'up_probs', place })).model,
              inputs,
            ),
          ).rejects.toMatchObject({
            code: 'model_refused',
            message: expect.stringMatching(new RegExp(`at row ${row} is no`)) as string,
          });
        await expect(
          forecastVeto(fakeModel('veto', wrongAt(wrong, { row, output: 'fail_prob', place: 0 })).model, vetoRows),
        ).rejects.toMatchObject({
          code: 'model_refused',
          message: expect.stringMatching(new RegExp(`at row ${row} is no`)) as string,
        });
      }
    },
  );

  it('is nothing of the bounds themselves', async () => {
    const veto = fakeModel('veto', (row) => row % 2).model;
    const { values } = await forecastVeto(veto, vetoRows);
    expect([...values]).toEqual(Array.from({ length: count }, (_, row) => row % 2));
  });

  it('is a lower band above the upper one; its row is named, and bands that meet pass', async () => {
    for (const row of [0, MODEL_BATCH, count - 1]) {
      const crossed = fakeModel('tft', wrongAt(0.4, { row, output: 'upper_10d', place: 0 })).model;
      await expect(forecastTft(crossed, inputs)).rejects.toMatchObject({
        code: 'model_refused',
        message: expect.stringContaining(`row ${row} has its lower band above its upper band`) as string,
      });
    }
    await expect(forecastTft(fakeModel('tft', () => 0.5).model, inputs)).resolves.toMatchObject({});
  });

  it('is silence: an output that its graph does not have', async () => {
    const { model } = fakeModel('veto', () => 0.5);
    await expect(
      forecastVeto(
        {
          ...model,
          outputs: [{ name: 'other', shape: [-1, 1] }],
          run: async (given) => ({ other: (await model.run(given))['fail_prob']! }),
        },
        numbered(1, VETO_INPUTS.length),
      ),
    ).rejects.toMatchObject({
      code: 'model_refused',
      message: expect.stringContaining('no output "fail_prob"') as string,
    });
  });
});

describe('the input of the veto', () => {
  const rowsOf = (count: number, width: number) =>
    fc
      .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: count * width, maxLength: count * width })
      .map((values): Rows => ({ count, width, values: Float32Array.from(values) }));
  const forecasts = fc.integer({ min: 0, max: 5 }).chain((count) =>
    fc.record({
      stockformer: fc.record({ returns: rowsOf(count, 3), upProbs: rowsOf(count, 3) }),
      tft: fc.record({
        returns: rowsOf(count, 3),
        vol10d: rowsOf(count, 1),
        upper10d: rowsOf(count, 1),
        lower10d: rowsOf(count, 1),
      }),
      context: rowsOf(count, CONTEXT_VALUES.length),
    }),
  );
  type Forecasts = typeof forecasts extends fc.Arbitrary<infer T> ? T : never;

  /** The value that a column's name means. */
  function meant(name: string, row: number, { stockformer, tft, context }: Forecasts): number {
    const of = (rows: Rows, place: number): number => rows.values[row * rows.width + place]!;
    const [, model, what, sessions] = /^(stockformer|tft)_(return|up_prob)_(\d+)$/.exec(name) ?? [];
    if (model !== undefined) {
      const place = [3, 5, 10].indexOf(Number(sessions));
      return of(model === 'tft' ? tft.returns : what === 'return' ? stockformer.returns : stockformer.upProbs, place);
    }
    if (name === 'tft_vol_10d') return of(tft.vol10d, 0);
    if (name === 'tft_upper_10d') return of(tft.upper10d, 0);
    if (name === 'tft_lower_10d') return of(tft.lower10d, 0);
    return of(
      context,
      CONTEXT_VALUES.findIndex((value) => value.name === name),
    );
  }
  const wanted = (given: Forecasts): number[] =>
    Array.from({ length: given.context.count }, (_, row) => VETO_INPUTS.map((name) => meant(name, row, given))).flat();

  it('has each column where VETO_INPUTS names it', () => {
    let [cells, told] = [0, 0];
    fc.assert(
      fc.property(forecasts, (given) => {
        const { count, width, values } = vetoInput(given.stockformer, given.tft, given.context);
        expect([count, width]).toEqual([given.context.count, VETO_INPUTS.length]);
        expect([...values]).toEqual(wanted(given));
        cells += values.length;
        // The oracle tells a swap of two columns.
        const swapped = { ...given.tft, upper10d: given.tft.lower10d, lower10d: given.tft.upper10d };
        const other = vetoInput(given.stockformer, swapped, given.context).values;
        if ([...other].some((value, i) => value !== values[i])) told++;
      }),
      { numRuns: 60 },
    );
    expect(cells).toBeGreaterThan(1000);
    expect(told).toBeGreaterThan(20);
    expect(new Set(VETO_INPUTS).size).toBe(12 + CONTEXT_VALUES.length);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTEXT_VALUES, INPUT_SCHEMA_HASH } from '../src/index.ts';
import { Golden, goldenCase } from './golden-input.ts';

const path = new URL('../../../models/golden/model-input.json', import.meta.url);
const golden = Golden.parse(JSON.parse(readFileSync(path, 'utf8')));

describe('golden vectors of the model input', () => {
  it('are of the schema that is served; a change of it is a change on purpose', () => {
    expect(golden.schemaHash).toBe(INPUT_SCHEMA_HASH);
    expect(golden.contextNames).toEqual(CONTEXT_VALUES.map(({ name }) => name));
  });

  it.each(golden.cases)('replay: $name', (one) => {
    const made = goldenCase(one);
    // Float32 on both sides; the last digit of a logarithm may differ between processors.
    one.context.forEach((value, place) =>
      expect(made.context[place], golden.contextNames[place]).toBeCloseTo(value, 5),
    );
    expect(made.absent).toEqual(one.absent);
    expect([made.ohlcvSha256, made.klineSha256]).toEqual([one.ohlcvSha256, one.klineSha256]);
    one.ohlcvLastRow.forEach((value, place) => expect(made.ohlcvLastRow[place]).toBeCloseTo(value, 5));
    one.klineLastRow.forEach((value, place) => expect(made.klineLastRow[place]).toBeCloseTo(value, 5));
  });

  it('notice a bar that changed by a tick', () => {
    const [first] = golden.cases;
    const close = [...first!.bars.day.close];
    close[close.length - 5]! += 0.05;
    const made = goldenCase({ ...first!, bars: { ...first!.bars, day: { ...first!.bars.day, close } } });
    expect(made.ohlcvSha256).not.toBe(goldenCase(first!).ohlcvSha256);
    expect(made.context).not.toEqual(goldenCase(first!).context);
  });
});

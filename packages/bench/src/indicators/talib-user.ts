import { createRequire } from 'node:module';
import { loadTalib } from '../../../features/test/talib.ts';
import type { Bars, IndicatorCase } from './cases.ts';

const require = createRequire(import.meta.url);

/**
 * TA-Lib as one has to use it from JavaScript: what it reads is copied into its memory, once per instrument; what it writes is copied out, with
 * NaN before the first value. Its memory and the columns it is copied to are made once.
 */
export function makeTalibUser(length: number) {
  const talib = loadTalib(require.resolve('talib-web/lib/talib.wasm'));
  const column = (): number => talib.malloc(8 * length);
  const places = { high: column(), low: column(), close: column() };
  const outputs = [column(), column(), column()];
  const begin = talib.malloc(8);
  const columns = new Map<string, Float64Array>();
  return {
    run(cases: readonly IndicatorCase[], bars: Bars): ReadonlyMap<string, Float64Array> {
      const inputs = new Set(cases.flatMap(({ talib: { inputs: read } }) => read));
      for (const name of inputs) talib.numbers.set(bars[name], places[name] / 8);
      for (const { columns: names, talib: call } of cases) {
        talib.functions[`TA_${call.name}`]!(
          0,
          length - 1,
          ...call.inputs.map((name) => places[name]),
          ...call.options,
          begin,
          begin + 4,
          ...outputs.slice(0, names.length),
        );
        const first = talib.integers[begin / 4]!;
        const made = talib.integers[begin / 4 + 1]!;
        names.forEach((name, output) => {
          let values = columns.get(name);
          if (values === undefined) columns.set(name, (values = new Float64Array(length)));
          values.fill(Number.NaN, 0, first);
          const place = outputs[output]! / 8;
          values.set(talib.numbers.subarray(place, place + made), first);
        });
      }
      return columns;
    },
  };
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A TA-Lib function of the WebAssembly build: first and last bar, inputs, options, places of begin and count, outputs. */
type Call = (...numbers: number[]) => number;

export interface Talib {
  readonly functions: Readonly<Record<string, Call>>;
  readonly numbers: Float64Array;
  readonly integers: Int32Array;
  /** The place of `bytes` new bytes. */
  malloc(bytes: number): number;
}

/** What is used of WebAssembly, whose types come only with those of a browser. */
interface WebAssemblyParts {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Global: new (kind: { value: 'i32'; mutable: boolean }, value: number) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, Call> };
}
const { WebAssembly: assembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyParts };

const STATIC_DATA = 1024;
/** Where the build's own glue lets the heap begin. */
const HEAP = 5_247_776;

/**
 * TA-Lib itself, called on its memory: the reference that the indicators are held against. The wrapper of `talib-web` is not used: it is off by
 * one and reads freed memory.
 */
export function loadTalib(file: string = require.resolve('talib-web/lib/talib.wasm')): Talib {
  const module = new assembly.Module(readFileSync(file));
  const memory = new assembly.Memory({ initial: 256, maximum: 256 });
  const global = (value: number, mutable: boolean): object => new assembly.Global({ value: 'i32', mutable }, value);
  const { exports: functions } = new assembly.Instance(module, {
    env: {
      memory,
      emscripten_resize_heap: () => 0,
      __stack_pointer: global(HEAP, true),
      __memory_base: global(STATIC_DATA, false),
    },
    'GOT.mem': { __heap_base: global(HEAP, true) },
  });
  functions['__wasm_call_ctors']!();
  const numbers = new Float64Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  setCandleDefaults(numbers, integers);
  return { functions, numbers, integers, malloc: functions['malloc']! };
}

const RANGE_OF = { body: 0, range: 1, shadows: 2 } as const;
/** `TA_CandleDefaultSettings` of ta_global.c, in the order of its settings. */
const CANDLE_DEFAULTS: readonly (readonly [keyof typeof RANGE_OF, bars: number, factor: number])[] = [
  ['body', 10, 1],
  ['body', 10, 3],
  ['body', 10, 1],
  ['range', 10, 0.1],
  ['body', 0, 1],
  ['body', 0, 2],
  ['shadows', 10, 1],
  ['range', 10, 0.1],
  ['range', 5, 0.2],
  ['range', 5, 0.6],
  ['range', 5, 0.05],
];
/** Found by changing the memory until CDLDOJI's first bar moved: the first setting's record, {setting, range, bars, factor} of 24 bytes. */
const CANDLE_SETTINGS = 4120;

/** `TA_Initialize`, which sets them, is not among the build's exports; without them every candle pattern has windows of 0 bars. */
function setCandleDefaults(numbers: Float64Array, integers: Int32Array): void {
  for (const [place, [range, bars, factor]] of CANDLE_DEFAULTS.entries()) {
    const at = CANDLE_SETTINGS + 24 * place;
    integers[at / 4] = place;
    integers[at / 4 + 1] = RANGE_OF[range];
    integers[at / 4 + 2] = bars;
    numbers[at / 8 + 2] = factor;
  }
}

export interface TalibCall {
  readonly name: string;
  readonly inputs: readonly Float64Array[];
  readonly options?: readonly number[];
  readonly outputs?: number;
  /** Candle patterns give integers. */
  readonly integers?: boolean;
}

/** Calls a function on whole columns: its outputs with NaN before the first value. */
export function callTalib(talib: Talib, call: TalibCall): Float64Array[] {
  const { name, inputs, options = [], outputs = 1 } = call;
  const length = inputs[0]!.length;
  const bytes = Math.max(8, 8 * length);
  const places = [
    ...inputs.map(() => talib.malloc(bytes)),
    ...Array.from({ length: outputs }, () => talib.malloc(bytes)),
  ];
  const begin = talib.malloc(8);
  const count = talib.malloc(8);
  inputs.forEach((values, at) => talib.numbers.set(values, places[at]! / 8));
  const code = talib.functions[`TA_${name}`]!(
    0,
    length - 1,
    ...places.slice(0, inputs.length),
    ...options,
    begin,
    count,
    ...places.slice(inputs.length),
  );
  if (code !== 0) throw new Error(`TA-Lib ${name} failed with code ${code}`);
  const first = talib.integers[begin / 4]!;
  const made = talib.integers[count / 4]!;
  const columns = places.slice(inputs.length).map((place) => {
    const out = new Float64Array(length).fill(Number.NaN);
    for (let i = 0; i < made; i++) {
      out[first + i] = call.integers === true ? talib.integers[place / 4 + i]! : talib.numbers[place / 8 + i]!;
    }
    return out;
  });
  for (const place of [...places, begin, count]) talib.functions['free']!(place);
  return columns;
}

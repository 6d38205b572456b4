import { sha256Hex } from '@aion/core';
import { z } from 'zod';
import {
  buildModelInput,
  CONTEXT_VALUES,
  INPUT_SCHEMA_HASH,
  type BarColumns,
  type TimeframeBars,
} from '../src/index.ts';
import { randomBars } from './fixture-bars.ts';

const Columns = z.strictObject({
  open: z.array(z.number()),
  high: z.array(z.number()),
  low: z.array(z.number()),
  close: z.array(z.number()),
  volumeShares: z.array(z.number()),
});
const Frames = z.strictObject({
  month: Columns,
  week: Columns,
  day: Columns,
  fourHour: Columns.nullable(),
  hour: Columns.nullable(),
});

/** Model inputs with the bars that they are made of: what another language must make of the same bars. */
export const Golden = z.strictObject({
  schemaHash: z.string(),
  contextNames: z.array(z.string()),
  cases: z.array(
    z.strictObject({
      name: z.string(),
      bars: Frames,
      context: z.array(z.number()),
      absent: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
      /** Row-major float32, little-endian. */
      ohlcvSha256: z.string(),
      klineSha256: z.string(),
      ohlcvLastRow: z.array(z.number()),
      klineLastRow: z.array(z.number()),
    }),
  ),
});
export type Golden = z.infer<typeof Golden>;

/** Prices as exchanges write them, so that they read back from JSON as the same numbers. */
const toColumns = (bars: BarColumns): z.infer<typeof Columns> => ({
  open: [...bars.open],
  high: [...bars.high],
  low: [...bars.low],
  close: [...bars.close],
  volumeShares: [...bars.volumeShares],
});
const fromColumns = (columns: z.infer<typeof Columns>): BarColumns => ({
  open: Float64Array.from(columns.open),
  high: Float64Array.from(columns.high),
  low: Float64Array.from(columns.low),
  close: Float64Array.from(columns.close),
  volumeShares: Float64Array.from(columns.volumeShares),
});

/** The cases, from seeds: everything there, no intraday bars and few months, the least history there may be. */
export function goldenBars(): { name: string; bars: Golden['cases'][number]['bars'] }[] {
  const frames = (seed: string, days: number, months: number, intraday: boolean) => ({
    month: toColumns(randomBars(`${seed}/month`, months)),
    week: toColumns(randomBars(`${seed}/week`, 80)),
    day: toColumns(randomBars(`${seed}/day`, days)),
    fourHour: intraday ? toColumns(randomBars(`${seed}/4h`, 60)) : null,
    hour: intraday ? toColumns(randomBars(`${seed}/1h`, 200)) : null,
  });
  return [
    { name: 'every timeframe', bars: frames('golden-a', 420, 24, true) },
    { name: 'no intraday bars, few months', bars: frames('golden-b', 330, 15, false) },
    { name: 'the least history', bars: frames('golden-c', 250, 20, true) },
  ];
}

/** What the feature module makes of a case. */
export function goldenCase({
  name,
  bars,
}: {
  name: string;
  bars: Golden['cases'][number]['bars'];
}): Golden['cases'][number] {
  const frames: TimeframeBars = {
    month: fromColumns(bars.month),
    week: fromColumns(bars.week),
    day: fromColumns(bars.day),
    fourHour: bars.fourHour === null ? null : fromColumns(bars.fourHour),
    hour: bars.hour === null ? null : fromColumns(bars.hour),
  };
  const result = buildModelInput(frames);
  if (result.kind === 'rejected') throw new Error(`${name}: ${result.reason} (${result.detail})`);
  const { ohlcv, kline, context, absent } = result.input;
  const hash = (values: Float32Array): string =>
    sha256Hex(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return {
    name,
    bars,
    context: [...context],
    absent: [...absent],
    ohlcvSha256: hash(ohlcv),
    klineSha256: hash(kline),
    ohlcvLastRow: [...ohlcv.slice(-5)],
    klineLastRow: [...kline.slice(-6)],
  };
}

export const makeGolden = (): Golden => ({
  schemaHash: INPUT_SCHEMA_HASH,
  contextNames: CONTEXT_VALUES.map(({ name }) => name),
  cases: goldenBars().map(goldenCase),
});

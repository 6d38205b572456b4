import type { BarColumns } from '../columns.ts';
import type { AnyKernel, Series } from '../kernel/kernel.ts';

/** A kernel's outputs over all bars from a fresh state, for those who need one indicator and no engine. */
export function runKernel(
  kernel: AnyKernel,
  bars: BarColumns,
  needs: readonly Float64Array[] = [],
  parts: Partial<Series> = {},
): Float64Array[] {
  const length = bars.close.length;
  const out = Array.from({ length: kernel.outputs }, () => new Float64Array(length));
  const series: Series = { sessionDay: new Int32Array(length), openMinute: null, references: {}, ...parts, ...bars };
  kernel.run(series, needs, kernel.makeState(), 0, length, out);
  return out;
}

/** The same for a kernel that reads closes only: over any column of values. */
export function runOnValues(kernel: AnyKernel, values: Float64Array): Float64Array {
  return runKernel(kernel, { open: values, high: values, low: values, close: values, volumeShares: values })[0]!;
}

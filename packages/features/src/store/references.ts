import { FEATURE_NODES } from '../catalogue/catalogue.ts';

/** A series that others are compared with: an index, a sector, a currency. */
export interface ReferenceSeries {
  readonly sessionDay: Int32Array;
  readonly close: Float64Array;
}

/** Its close on each of an instrument's sessions; NaN where it has no bar that day. */
export function alignReference(sessionDay: Int32Array, reference: ReferenceSeries): Float64Array {
  const aligned = new Float64Array(sessionDay.length).fill(Number.NaN);
  for (let i = 0, at = 0; i < sessionDay.length; i++) {
    while (at < reference.sessionDay.length && reference.sessionDay[at]! < sessionDay[i]!) at++;
    if (reference.sessionDay[at] === sessionDay[i]) aligned[i] = reference.close[at]!;
  }
  return aligned;
}

/** The references that features read; what each is made of is said where it is aligned. */
export const REFERENCE_NAMES: readonly string[] = [...new Set(FEATURE_NODES.flatMap((node) => node.references))].sort();

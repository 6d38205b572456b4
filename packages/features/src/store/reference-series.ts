/** A series that others are compared with: an index, a sector, a currency. Values by day, known at the close of that day. */
export interface ReferenceSeries {
  readonly sessionDay: Int32Array;
  readonly close: Float64Array;
}

/** Reference series on the sessions of any instrument. */
export interface References {
  /** By name, each on these sessions; NaN where it has no value that day. */
  on(sessionDay: Int32Array): Readonly<Record<string, Float64Array>>;
  /** Changes when anything that a session up to the day is given does. */
  hashUpTo(day: number): string;
}

/** The references of many instruments: sectors differ. */
export interface ReferenceSource {
  of(symbol: string): References;
  /** Changes when anything that any instrument is given up to the day does. */
  hashUpTo(day: number): string;
}

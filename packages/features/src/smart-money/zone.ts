export type OrderBlockState = 'fresh' | 'tapped' | 'mitigated' | 'breaker';
export type FairValueGapState = 'open' | 'touched' | 'half' | 'filled' | 'inverted';

/** A price zone with the states it went through; a state is appended, never rewritten. */
export interface Zone<State extends string> {
  readonly direction: 1 | -1;
  /** First bar of the zone's shape. */
  readonly bar: number;
  readonly knownAt: number;
  readonly low: number;
  readonly high: number;
  readonly states: { readonly state: State; readonly bar: number }[];
  /** Bar at which the zone stopped being live; null while it is. */
  endedAt: number | null;
}

export type ZoneShape = Pick<Zone<string>, 'direction' | 'bar' | 'knownAt' | 'low' | 'high'>;

/** Keeps what became of every zone of one kind: for charts. Features need no history and go without. */
export class ZoneRecord<State extends string> {
  readonly all: Zone<State>[] = [];
  private readonly ends: ReadonlySet<State>;

  /** @param ends states in which a zone is no longer live. */
  constructor(ends: readonly State[]) {
    this.ends = new Set(ends);
  }

  begin(id: number, shape: ZoneShape, state: State): void {
    this.all[id] = { ...shape, states: [{ state, bar: shape.knownAt }], endedAt: null };
  }

  enter(id: number, state: State, bar: number): void {
    const zone = this.all[id]!;
    zone.states.push({ state, bar });
    if (this.ends.has(state)) this.end(id, bar);
  }

  /** The zone gave way to newer ones. */
  end(id: number, bar: number): void {
    this.all[id]!.endedAt ??= bar;
  }
}

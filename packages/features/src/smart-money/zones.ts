import type { BarColumns } from '../columns.ts';

export const MAX_ORDER_BLOCKS = 8;
/** Bounds the work per bar, both directions together. Above it the oldest gap ends; 16 was seen to end gaps that were still live. */
export const MAX_FAIR_VALUE_GAPS = 64;

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

const stateOf = <S extends string>(zone: Zone<S>): S => zone.states.at(-1)!.state;

/** Live zones of one kind, capped: the oldest is dropped (ended) when a new one exceeds the cap. Work per bar is bounded by the cap. */
export class ZoneBook<State extends string> {
  readonly all: Zone<State>[] = [];
  private live: Zone<State>[] = [];
  private readonly cap: number;
  private readonly advance: (zone: Zone<State>, bars: BarColumns, bar: number) => State | undefined;
  private readonly ends: ReadonlySet<State>;

  constructor(
    cap: number,
    ends: readonly State[],
    advance: (zone: Zone<State>, bars: BarColumns, bar: number) => State | undefined,
  ) {
    this.cap = cap;
    this.ends = new Set(ends);
    this.advance = advance;
  }

  add(zone: Omit<Zone<State>, 'states' | 'endedAt'>, first: State): void {
    const added: Zone<State> = { ...zone, states: [{ state: first, bar: zone.knownAt }], endedAt: null };
    this.all.push(added);
    this.live.push(added);
    if (this.live.length > this.cap) {
      const dropped = this.live.shift()!;
      dropped.endedAt = zone.knownAt;
    }
  }

  update(bars: BarColumns, bar: number): void {
    let ended = false;
    for (const zone of this.live) {
      const next = this.advance(zone, bars, bar);
      if (next === undefined) continue;
      zone.states.push({ state: next, bar });
      if (this.ends.has(next)) {
        zone.endedAt = bar;
        ended = true;
      }
    }
    if (ended) this.live = this.live.filter((zone) => zone.endedAt === null);
  }

  /** Distance from the price to the nearest live zone of a direction: 0 inside, Infinity when there is none. */
  distance(direction: 1 | -1, price: number): number {
    let nearest = Number.POSITIVE_INFINITY;
    for (const zone of this.live) {
      if (zone.direction !== direction) continue;
      const gap = price > zone.high ? price - zone.high : price < zone.low ? zone.low - price : 0;
      if (gap < nearest) nearest = gap;
    }
    return nearest;
  }
}

/** fresh → tapped (price enters) → mitigated (reaches the midpoint) → breaker (closes beyond). Mitigated and breaker are no longer live. */
export function makeOrderBlocks(): ZoneBook<OrderBlockState> {
  return new ZoneBook<OrderBlockState>(MAX_ORDER_BLOCKS, ['mitigated', 'breaker'], (zone, bars, bar) => {
    const bull = zone.direction === 1;
    const beyond = bull ? bars.close[bar]! < zone.low : bars.close[bar]! > zone.high;
    if (beyond) return 'breaker';
    const middle = (zone.low + zone.high) / 2;
    const reach = bull ? bars.low[bar]! : bars.high[bar]!;
    if (bull ? reach <= middle : reach >= middle) return 'mitigated';
    const entered = bull ? reach <= zone.high : reach >= zone.low;
    return entered && stateOf(zone) === 'fresh' ? 'tapped' : undefined;
  });
}

/** open → touched → half → filled, or inverted (closed beyond). Filled and inverted are no longer live. */
export function makeFairValueGaps(): ZoneBook<FairValueGapState> {
  const order: readonly FairValueGapState[] = ['open', 'touched', 'half', 'filled', 'inverted'];
  return new ZoneBook<FairValueGapState>(MAX_FAIR_VALUE_GAPS, ['filled', 'inverted'], (zone, bars, bar) => {
    const bull = zone.direction === 1;
    const reach = bull ? bars.low[bar]! : bars.high[bar]!;
    const depth = bull ? (zone.high - reach) / (zone.high - zone.low) : (reach - zone.low) / (zone.high - zone.low);
    const closedBeyond = bull ? bars.close[bar]! < zone.low : bars.close[bar]! > zone.high;
    const reached: FairValueGapState = closedBeyond
      ? 'inverted'
      : depth >= 1
        ? 'filled'
        : depth >= 0.5
          ? 'half'
          : depth >= 0
            ? 'touched'
            : 'open';
    return order.indexOf(reached) > order.indexOf(stateOf(zone)) ? reached : undefined;
  });
}

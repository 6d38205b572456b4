import type { StateReader } from './state-reader.ts';
import type { OrderBlockState, ZoneRecord, ZoneShape } from './zone.ts';

/** Live blocks of both directions together; a newer one ends the oldest. As many mitigated ones are followed. */
export const MAX_ORDER_BLOCKS = 8;

/**
 * Order blocks: fresh → tapped (price enters) → mitigated (reaches the midpoint) → breaker (closes beyond). Fresh and tapped are live;
 * a mitigated block is followed on until a close goes through it. Both lists are capped, so the work per bar is bounded.
 */
export class OrderBlocks {
  bullDistance = Number.POSITIVE_INFINITY;
  bearDistance = Number.POSITIVE_INFINITY;
  private readonly record: ZoneRecord<OrderBlockState> | undefined;
  private readonly live = new BlockList();
  private readonly mitigated = new BlockList();
  private count = 0;

  constructor(record?: ZoneRecord<OrderBlockState>) {
    this.record = record;
  }

  add(shape: ZoneShape): void {
    const id = this.count++;
    this.record?.begin(id, shape, 'fresh');
    const { live } = this;
    live.push(id, shape.direction, shape.low, shape.high, 0);
    if (live.length <= MAX_ORDER_BLOCKS) return;
    this.record?.end(live.id[0]!, shape.knownAt);
    live.remove(0);
  }

  update(bar: number, low: number, high: number, close: number): void {
    const { live, mitigated, record } = this;
    for (let at = 0; at < mitigated.length; at++) {
      if (!mitigated.closedBeyond(at, close)) continue;
      record?.enter(mitigated.id[at]!, 'breaker', bar);
      mitigated.remove(at--);
    }
    for (let at = 0; at < live.length; at++) {
      const bull = live.direction[at]! > 0;
      // Most bars come near no block.
      if (bull ? low > live.high[at]! : high < live.low[at]!) continue;
      const id = live.id[at]!;
      if (live.closedBeyond(at, close)) {
        record?.enter(id, 'breaker', bar);
        live.remove(at--);
        continue;
      }
      const middle = (live.low[at]! + live.high[at]!) / 2;
      if (bull ? low <= middle : high >= middle) {
        record?.enter(id, 'mitigated', bar);
        mitigated.push(id, live.direction[at]!, live.low[at]!, live.high[at]!, 1);
        if (mitigated.length > MAX_ORDER_BLOCKS) mitigated.remove(0);
        live.remove(at--);
      } else if (live.tapped[at] === 0) {
        live.tapped[at] = 1;
        record?.enter(id, 'tapped', bar);
      }
    }
  }

  /** Sets `bullDistance` and `bearDistance`: from a price to the nearest live block of each direction; 0 inside, Infinity without one. */
  measure(price: number): void {
    const { length, low, high, direction } = this.live;
    let bull = Number.POSITIVE_INFINITY;
    let bear = Number.POSITIVE_INFINITY;
    for (let at = 0; at < length; at++) {
      const top = high[at]!;
      const bottom = low[at]!;
      const gap = price > top ? price - top : price < bottom ? bottom - price : 0;
      if (direction[at]! > 0) {
        if (gap < bull) bull = gap;
      } else if (gap < bear) bear = gap;
    }
    this.bullDistance = bull;
    this.bearDistance = bear;
  }

  save(into: number[]): void {
    into.push(this.count);
    this.live.save(into);
    this.mitigated.save(into);
  }

  load(from: StateReader): void {
    this.count = from.next();
    this.live.load(from);
    this.mitigated.load(from);
  }
}

/** Up to one block above the cap, oldest first, as columns. */
class BlockList {
  length = 0;
  readonly id: number[] = [];
  readonly direction: number[] = [];
  readonly low: number[] = [];
  readonly high: number[] = [];
  readonly tapped: number[] = [];

  push(id: number, direction: number, low: number, high: number, tapped: number): void {
    this.id.push(id);
    this.direction.push(direction);
    this.low.push(low);
    this.high.push(high);
    this.tapped.push(tapped);
    this.length++;
  }

  remove(at: number): void {
    for (const column of this.columns()) column.splice(at, 1);
    this.length--;
  }

  closedBeyond(at: number, close: number): boolean {
    return this.direction[at]! > 0 ? close < this.low[at]! : close > this.high[at]!;
  }

  save(into: number[]): void {
    into.push(this.length);
    for (let at = 0; at < this.length; at++) for (const column of this.columns()) into.push(column[at]!);
  }

  load(from: StateReader): void {
    for (let left = from.next(); left > 0; left--) {
      this.push(from.next(), from.next(), from.next(), from.next(), from.next());
    }
  }

  private columns(): readonly number[][] {
    return [this.id, this.direction, this.low, this.high, this.tapped];
  }
}

import type { StateReader } from './state-reader.ts';
import type { FairValueGapState, ZoneRecord, ZoneShape } from './zone.ts';

const STATES = ['touched', 'half', 'filled', 'inverted'] as const;
const FILLED = 2;
const INVERTED = 3;

/**
 * Fair value gaps of one direction. A level that no bar has reached since its gap formed lies on the far side of every bar since, and a new
 * gap lies beyond those bars: so each of the four levels of a gap (edge, middle, far edge, and the far edge again for closes) waits on
 * a stack in order of level, the price pops it from the top, and no gap is ever looked for. Only a gap that formed one bar before shares
 * bars with the new one and may have to stand above it. Amortised O(1), without a cap.
 */
export class FairValueGaps {
  private readonly sign: 1 | -1;
  private readonly record: ZoneRecord<FairValueGapState> | undefined;
  private readonly waiting: readonly LevelStack[];

  /** @param sign 1 for bullish gaps (support below the price), −1 for bearish ones. */
  constructor(sign: 1 | -1, record?: ZoneRecord<FairValueGapState>) {
    this.sign = sign;
    this.record = record;
    this.waiting = STATES.map(() => new LevelStack(sign));
  }

  /** @param id its number among the record's gaps of both directions. */
  add(shape: ZoneShape, id: number): void {
    const near = this.sign === 1 ? shape.high : shape.low;
    const far = this.sign === 1 ? shape.low : shape.high;
    this.record?.begin(id, shape, 'open');
    const { waiting } = this;
    waiting[0]!.insert(id, near, near);
    waiting[1]!.insert(id, (near + far) / 2, near);
    waiting[2]!.insert(id, far, near);
    waiting[3]!.insert(id, far, near);
  }

  /** @param reach the bar's low for bullish gaps, its high for bearish ones. */
  update(bar: number, reach: number, close: number): void {
    const { sign, waiting, record } = this;
    for (let at = 0; at < FILLED + 1; at++) {
      const stack = waiting[at]!;
      while (sign * reach <= stack.top) {
        const id = stack.pop();
        if (record !== undefined) record.enter(id, STATES[at]!, bar);
      }
    }
    const stack = waiting[INVERTED]!;
    // A close on the far edge has not gone through it.
    while (sign * close < stack.top) {
      const id = stack.pop();
      if (record !== undefined) record.enter(id, 'inverted', bar);
    }
  }

  /** Distance from a price to the nearest unfilled gap: 0 inside, Infinity when there is none. */
  distance(price: number): number {
    const gap = this.sign * price - this.waiting[FILLED]!.nearest;
    return gap < 0 ? 0 : gap;
  }

  save(into: number[]): void {
    for (const stack of this.waiting) stack.save(into);
  }

  load(from: StateReader): void {
    for (const stack of this.waiting) stack.load(from);
  }
}

/** Levels times the sign of their side, the first to be reached on top, with the largest near edge up to each. */
class LevelStack {
  /** The level on top; −Infinity when there is none, so that no price reaches it. */
  top = Number.NEGATIVE_INFINITY;
  /** The near edge nearest to the price of all that wait; −Infinity when none does. */
  nearest = Number.NEGATIVE_INFINITY;
  private readonly sign: 1 | -1;
  private readonly ids: number[] = [];
  private readonly levels: number[] = [];
  private readonly nears: number[] = [];
  private readonly nearests: number[] = [];

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  insert(id: number, level: number, near: number): void {
    this.put(id, this.sign * level, this.sign * near);
  }

  pop(): number {
    const id = this.ids.pop()!;
    this.levels.pop();
    this.nears.pop();
    this.nearests.pop();
    this.look();
    return id;
  }

  save(into: number[]): void {
    into.push(this.ids.length);
    for (let at = 0; at < this.ids.length; at++) into.push(this.ids[at]!, this.levels[at]!, this.nears[at]!);
  }

  load(from: StateReader): void {
    for (let left = from.next(); left > 0; left--) this.put(from.next(), from.next(), from.next());
  }

  private put(id: number, level: number, near: number): void {
    const { ids, levels, nears, nearests } = this;
    let place = ids.length;
    ids.push(id);
    levels.push(level);
    nears.push(near);
    nearests.push(near);
    for (; place > 0 && levels[place - 1]! > level; place--) {
      ids[place] = ids[place - 1]!;
      levels[place] = levels[place - 1]!;
      nears[place] = nears[place - 1]!;
    }
    ids[place] = id;
    levels[place] = level;
    nears[place] = near;
    for (; place < ids.length; place++) {
      const before = place === 0 ? Number.NEGATIVE_INFINITY : nearests[place - 1]!;
      nearests[place] = nears[place]! > before ? nears[place]! : before;
    }
    this.look();
  }

  private look(): void {
    const at = this.levels.length - 1;
    this.top = at < 0 ? Number.NEGATIVE_INFINITY : this.levels[at]!;
    this.nearest = at < 0 ? Number.NEGATIVE_INFINITY : this.nearests[at]!;
  }
}

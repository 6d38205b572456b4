import type { ChartBar, ChartMark } from '@aion/contracts';
import type {
  IChartApi,
  IPrimitivePaneRenderer,
  ISeriesApi,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { fade, type ChartColours } from './colours.ts';
import { fanPoints, type Band } from './fan.ts';
import type { Layers } from './layers.ts';
import { indexOfTime } from './time-index.ts';

export interface OverlayInput {
  readonly bars: readonly ChartBar[];
  readonly marks: readonly ChartMark[];
  readonly entryZone: { readonly low: number; readonly high: number } | null;
  readonly band: Band | null;
  readonly colours: ChartColours;
}

type Zone = Extract<ChartMark, { kind: 'zone' }>;
type Break = Extract<ChartMark, { kind: 'break' }>;
type Sweep = Extract<ChartMark, { kind: 'sweep' }>;
type Resting = Extract<ChartMark, { kind: 'level' }>;
type Range = Extract<ChartMark, { kind: 'range' }>;
const LABEL_HEIGHT = 12;
/** The arrow of a sweep with its distance from the bar. */
const SWEEP_ARROW_PX = 22;
const LIVE_ZONE_BARS = 1;
const LABEL_FONT = '600 10px "Inter Variable", sans-serif';
const ZONE_WORDS = { order_block: 'OB', fair_value_gap: 'FVG' } as const;

/** Everything that is drawn behind the bars: the entry zone, zones and breaks of market structure, the forecast fan. */
export class Overlay implements ISeriesPrimitive<Time> {
  readonly #input: OverlayInput;
  #layers: Layers;
  #attached: SeriesAttachedParameter<Time> | null = null;
  /** Where labels stand in this frame, so that the next one keeps clear of them. */
  #labels: Label[] = [];

  constructor(input: OverlayInput, layers: Layers) {
    this.#input = input;
    this.#layers = layers;
  }

  attached(attached: SeriesAttachedParameter<Time>): void {
    this.#attached = attached;
  }
  detached(): void {
    this.#attached = null;
  }
  show(layers: Layers): void {
    this.#layers = layers;
    this.#attached?.requestUpdate();
  }

  paneViews() {
    // The shapes stay behind the bars; their names are written over them.
    return [
      this.#view('bottom', (context, width, chart, series) => this.#draw(context, width, chart, series)),
      this.#view('top', (context) => this.#write(context)),
    ];
  }

  #view(
    zOrder: 'bottom' | 'top',
    paint: (context: CanvasRenderingContext2D, width: number, chart: IChartApi, series: BarSeries) => void,
  ) {
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          const attached = this.#attached;
          if (attached !== null) paint(context, mediaSize.width, attached.chart, attached.series as BarSeries);
        }),
    };
    return { zOrder: () => zOrder, renderer: () => renderer };
  }

  #draw(context: CanvasRenderingContext2D, width: number, chart: IChartApi, series: BarSeries): void {
    const { bars, marks, entryZone, band, colours } = this.#input;
    const x = (index: number): number | null => chart.timeScale().logicalToCoordinate(index as Logical);
    const y = (price: number): number | null => series.priceToCoordinate(price);
    const lastIndex = bars.length - 1;
    this.#labels = [];
    context.font = LABEL_FONT;

    if (entryZone !== null) {
      const [top, bottom] = [y(entryZone.high), y(entryZone.low)];
      if (top !== null && bottom !== null) {
        context.fillStyle = fade(colours.accent, 0.14);
        context.fillRect(0, top, width, Math.max(1, bottom - top));
      }
    }
    for (const mark of marks) {
      if (mark.kind === 'range' && this.#layers.range) this.#range(context, mark, width, x, y);
      if (mark.kind === 'level' && this.#layers.liquidity) this.#level(context, mark, width, x, y);
      if (mark.kind === 'zone' && this.#shows(mark)) this.#zone(context, mark, x, y);
      if (mark.kind === 'break' && this.#layers.breaks) this.#break(context, mark, x, y);
    }
    // Their arrows are markers of the chart; the words come last, where there is still room.
    for (const mark of marks) if (mark.kind === 'sweep' && this.#layers.sweeps) this.#sweep(context, mark, x, y);
    const lastBar = bars[lastIndex];
    if (band !== null && this.#layers.band && lastBar !== undefined) {
      const points = fanPoints(lastBar.close, band).map((point) => ({ ...point, x: x(lastIndex + point.k) ?? 0 }));
      trace(context, [
        ...points.map((p) => [p.x, y(p.high)] as const),
        ...points.toReversed().map((p) => [p.x, y(p.low)] as const),
      ]);
      context.fillStyle = fade(colours.accent, 0.16);
      context.fill();
      trace(
        context,
        points.map((p) => [p.x, y(p.median)] as const),
      );
      context.setLineDash([4, 3]);
      context.strokeStyle = colours.accent;
      context.stroke();
      context.setLineDash([]);
    }
  }

  #shows(zone: Zone): boolean {
    return zone.concept === 'order_block' ? this.#layers.orderBlocks : this.#layers.gaps;
  }

  #zone(context: CanvasRenderingContext2D, zone: Zone, x: Map1, y: Map1): void {
    const { bars, colours } = this.#input;
    const [left, top, bottom] = [x(indexOfTime(bars, zone.from)), y(zone.high), y(zone.low)];
    // A live zone reaches a little past the last bar, and leaves the forecast clear.
    const right = x(zone.to === null ? bars.length + LIVE_ZONE_BARS : indexOfTime(bars, zone.to));
    if (left === null || right === null || top === null || bottom === null || right < 0) return;
    const colour = zone.side === 'bull' ? colours.up : colours.down;
    context.fillStyle = fade(colour, zone.to === null ? 0.14 : 0.07);
    context.fillRect(left, top, right - left, Math.max(2, bottom - top));
    context.strokeStyle = fade(colour, 0.4);
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, right - left - 1, Math.max(2, bottom - top) - 1);
    const text = `${zone.side === 'bull' ? '▲' : '▼'} ${ZONE_WORDS[zone.concept]} ${zone.state}`;
    this.#label(context, text, colour, left + 3, [top - 4, bottom + LABEL_HEIGHT - 1]);
  }

  /** The two halves of the dealing range, quiet, from its first swing to the edge. */
  #range(context: CanvasRenderingContext2D, range: Range, width: number, x: Map1, y: Map1): void {
    const { bars, colours } = this.#input;
    const middle = (range.low + range.high) / 2;
    const left = x(indexOfTime(bars, range.from));
    const [top, half, bottom] = [y(range.high), y(middle), y(range.low)];
    if (left === null || top === null || half === null || bottom === null) return;
    context.fillStyle = fade(colours.down, 0.07);
    context.fillRect(left, top, width - left, half - top);
    context.fillStyle = fade(colours.up, 0.07);
    context.fillRect(left, half, width - left, bottom - half);
    context.strokeStyle = fade(colours.inkSoft, 0.7);
    context.lineWidth = 1;
    context.setLineDash([1, 3]);
    trace(context, [
      [left, Math.round(half) + 0.5],
      [width, Math.round(half) + 0.5],
    ]);
    context.stroke();
    context.setLineDash([]);
    // Right of the bars there is room for words.
    const from = Math.max(4, x(bars.length + 1) ?? left);
    this.#label(context, 'premium', colours.down, from, [top + LABEL_HEIGHT]);
    this.#label(context, 'discount', colours.up, from, [bottom - 4]);
  }

  /** A price that stops rest at, as a thin line from its swing to the edge. */
  #level(context: CanvasRenderingContext2D, level: Resting, width: number, x: Map1, y: Map1): void {
    const { bars, colours } = this.#input;
    const [left, at] = [x(indexOfTime(bars, level.at)), y(level.price)];
    if (left === null || at === null) return;
    context.strokeStyle = fade(colours.warn, 0.6);
    context.lineWidth = 1;
    trace(context, [
      [left, Math.round(at) + 0.5],
      [width, Math.round(at) + 0.5],
    ]);
    context.stroke();
    const [over, under] = [at - 4, at + LABEL_HEIGHT - 1];
    this.#label(context, 'liquidity', colours.warn, Math.max(4, left + 3), level.side === 'high' ? [over] : [under]);
  }

  #sweep(context: CanvasRenderingContext2D, mark: Sweep, x: Map1, y: Map1): void {
    const { bars, colours } = this.#input;
    const index = indexOfTime(bars, mark.at);
    const bar = bars[index];
    if (bar === undefined) return;
    const up = mark.side === 'bull';
    const [middle, edge] = [x(index), y(up ? bar.low : bar.high)];
    if (middle === null || edge === null) return;
    const left = middle - context.measureText('sweep').width / 2;
    const beyond = up ? edge + SWEEP_ARROW_PX + LABEL_HEIGHT : edge - SWEEP_ARROW_PX;
    this.#label(context, 'sweep', colours.warn, left, [beyond, beyond + (up ? LABEL_HEIGHT : -LABEL_HEIGHT)]);
  }

  #break(context: CanvasRenderingContext2D, mark: Break, x: Map1, y: Map1): void {
    const { bars, colours } = this.#input;
    const [left, right, at] = [x(indexOfTime(bars, mark.from)), x(indexOfTime(bars, mark.to)), y(mark.price)];
    if (left === null || right === null || at === null) return;
    const colour = mark.side === 'bull' ? colours.up : colours.down;
    context.strokeStyle = fade(colour, 0.8);
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    trace(context, [
      [left, Math.round(at) + 0.5],
      [right, Math.round(at) + 0.5],
    ]);
    context.stroke();
    context.setLineDash([]);
    const text = `${mark.concept} ${mark.side === 'bull' ? '▲' : '▼'}`;
    const over = at - 4;
    const under = at + LABEL_HEIGHT - 1;
    const middle = (left + right - context.measureText(text).width) / 2;
    this.#label(context, text, colour, middle, mark.side === 'bull' ? [over, under] : [under, over]);
  }

  /** Writes at the first base line that is free; a label with no room is left out, its shape still stands. */
  #label(
    context: CanvasRenderingContext2D,
    text: string,
    colour: string,
    left: number,
    baselines: readonly number[],
  ): void {
    const right = left + context.measureText(text).width;
    for (const baseline of baselines) {
      const top = baseline - LABEL_HEIGHT;
      const taken = this.#labels.some(
        (label) => left < label.right + 4 && label.left - 4 < right && Math.abs(label.top - top) < LABEL_HEIGHT,
      );
      if (taken) continue;
      this.#labels.push({ text, colour, left, right, top, baseline });
      return;
    }
  }

  #write(context: CanvasRenderingContext2D): void {
    context.font = LABEL_FONT;
    context.textBaseline = 'alphabetic';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    // A rim in the colour of the ground keeps the words readable over bars.
    context.strokeStyle = this.#input.colours.surface;
    for (const label of this.#labels) {
      context.strokeText(label.text, label.left, label.baseline);
      context.fillStyle = label.colour;
      context.fillText(label.text, label.left, label.baseline);
    }
  }
}

interface Label {
  readonly text: string;
  readonly colour: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly baseline: number;
}
type BarSeries = ISeriesApi<'Candlestick'>;
type Map1 = (value: number) => number | null;

function trace(context: CanvasRenderingContext2D, points: readonly (readonly [number, number | null])[]): void {
  context.beginPath();
  points.forEach(([x, y], index) => {
    if (y === null) return;
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
}

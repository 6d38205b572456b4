'use client';
import type { ChartBar, ChartMark, ChartTimeframe } from '@aion/contracts';
import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type SeriesMarker,
  type Time,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { fixed } from '../ui/format.ts';
import { fade, readColours, type ChartColours } from './colours.ts';
import type { Band } from './fan.ts';
import type { Layers } from './layers.ts';
import { Overlay } from './overlay.ts';
import { crosshairLabel, tickLabel } from './times.ts';

/** A horizontal line with its label at the axis. Prices in major units. */
export interface Level {
  readonly title: string;
  /** For a narrow chart. */
  readonly short: string;
  readonly price: number;
  readonly tone: 'entry' | 'stop' | 'target';
}

export interface CanvasProps {
  readonly timeframe: ChartTimeframe;
  readonly bars: readonly ChartBar[];
  readonly marks: readonly ChartMark[];
  readonly levels: readonly Level[];
  readonly entryZone: { readonly low: number; readonly high: number } | null;
  readonly band: Band | null;
  readonly layers: Layers;
  readonly timeZone: string;
  readonly onHover: (bar: ChartBar | null) => void;
}

const VISIBLE_BARS: Record<ChartTimeframe, number> = { M: 60, W: 104, D: 110, '4H': 60, '1H': 70 };
/** Room for the forecast of ten sessions and, right of it, the names of the levels. */
const ROOM_RIGHT_BARS = 22;
const NARROW_ROOM_RIGHT_BARS = 15;
const NARROW_PX = 520;

/** The canvas itself. It is built anew for a new set of bars or a new theme; toggles only redraw. */
export function ChartCanvas(props: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const layersNow = useRef(props.layers);
  const drawn = useRef<{ overlay: Overlay; mark: (layers: Layers) => void } | null>(null);
  const { timeframe, bars, marks, levels, entryZone, band, timeZone, onHover } = props;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let chart: IChartApi | null = null;
    const build = (): void => {
      chart?.remove();
      const colours = readColours(element);
      const narrow = element.clientWidth < NARROW_PX;
      chart = makeChart(element, colours, timeZone);
      const candles = addBars(chart, { bars, colours, reach: reachOf(levels, band) });
      for (const level of levels) {
        candles.createPriceLine({
          price: level.price,
          title: narrow ? level.short : level.title,
          color: { entry: colours.accent, stop: colours.down, target: colours.up }[level.tone],
          lineWidth: 1,
          lineStyle: level.tone === 'entry' ? LineStyle.Solid : LineStyle.Dashed,
          axisLabelVisible: true,
        });
      }
      const overlay = new Overlay({ bars, marks, entryZone, band, colours }, layersNow.current);
      candles.attachPrimitive(overlay);
      const markers = createSeriesMarkers(candles, markersOf(marks, layersNow.current, colours));
      drawn.current = { overlay, mark: (layers) => markers.setMarkers(markersOf(marks, layers, colours)) };
      chart.timeScale().setVisibleLogicalRange({
        from: Math.max(-2, bars.length - Math.min(VISIBLE_BARS[timeframe], Math.round(element.clientWidth / 7))),
        to: bars.length - 1 + (narrow ? NARROW_ROOM_RIGHT_BARS : ROOM_RIGHT_BARS),
      });
      chart.subscribeCrosshairMove((event) =>
        onHover(event.logical === undefined ? null : (bars[event.logical] ?? null)),
      );
    };
    build();
    // The theme and the direction colours are attributes of the root; the system theme is a media query.
    const observer = new MutationObserver(build);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-direction'] });
    const system = window.matchMedia('(prefers-color-scheme: light)');
    system.addEventListener('change', build);
    return () => {
      observer.disconnect();
      system.removeEventListener('change', build);
      drawn.current = null;
      chart?.remove();
    };
  }, [timeframe, bars, marks, levels, entryZone, band, timeZone, onHover]);

  useEffect(() => {
    layersNow.current = props.layers;
    drawn.current?.overlay.show(props.layers);
    drawn.current?.mark(props.layers);
  }, [props.layers]);

  return <div ref={host} className="absolute inset-0" />;
}

function makeChart(element: HTMLElement, colours: ChartColours, timeZone: string): IChartApi {
  return createChart(element, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colours.surface },
      textColor: colours.inkSoft,
      fontFamily: '"Inter Variable", sans-serif',
      fontSize: 11,
      // Named under the chart instead: the library's logo brings a style element that the security policy refuses.
      attributionLogo: false,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: fade(colours.line, 0.6) } },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: colours.inkSoft, labelBackgroundColor: colours.inkSoft },
      horzLine: { color: colours.inkSoft, labelBackgroundColor: colours.inkSoft },
    },
    rightPriceScale: {
      borderColor: colours.line,
      scaleMargins: { top: element.clientWidth < NARROW_PX ? 0.16 : 0.08, bottom: 0.2 },
    },
    timeScale: {
      borderColor: colours.line,
      timeVisible: true,
      secondsVisible: false,
      tickMarkFormatter: (time: Time, kind: number) => tickLabel(time, kind, timeZone),
    },
    localization: {
      locale: 'en-IN',
      priceFormatter: (value: number) => fixed(value, 2),
      timeFormatter: (time: Time) => crosshairLabel(time, timeZone),
    },
    // A finger that moves up or down scrolls the page.
    handleScroll: { vertTouchDrag: false },
  });
}

function addBars(
  chart: IChartApi,
  {
    bars,
    colours,
    reach,
  }: { bars: readonly ChartBar[]; colours: ChartColours; reach: { low: number; high: number } | null },
): ISeriesApi<'Candlestick'> {
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: colours.up,
    downColor: colours.down,
    borderVisible: false,
    wickUpColor: colours.up,
    wickDownColor: colours.down,
    priceLineStyle: LineStyle.Dotted,
    priceLineColor: colours.inkSoft,
    // The levels and the band belong to the picture, so the axis must hold them.
    autoscaleInfoProvider: (original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) => {
      const info = original();
      if (reach === null || info === null || info.priceRange === null) return info;
      return {
        ...info,
        priceRange: {
          minValue: Math.min(info.priceRange.minValue, reach.low),
          maxValue: Math.max(info.priceRange.maxValue, reach.high),
        },
      };
    },
  });
  candles.setData(bars.map(({ time, open, high, low, close }) => ({ time: time as Time, open, high, low, close })));
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
  volume.setData(
    bars.map((bar) => ({
      time: bar.time as Time,
      value: bar.volumeShares,
      color: fade(bar.close >= bar.open ? colours.up : colours.down, 0.35),
    })),
  );
  return candles;
}

function reachOf(levels: readonly Level[], band: Band | null): { low: number; high: number } | null {
  const prices = levels.map((level) => level.price);
  if (band !== null) prices.push(band.low, band.high);
  return prices.length === 0 ? null : { low: Math.min(...prices), high: Math.max(...prices) };
}

function markersOf(marks: readonly ChartMark[], layers: Layers, colours: ChartColours): SeriesMarker<Time>[] {
  const markers: SeriesMarker<Time>[] = [];
  for (const mark of marks) {
    if (mark.kind === 'sweep' && layers.sweeps) {
      const bull = mark.side === 'bull';
      markers.push({
        time: mark.at as Time,
        position: bull ? 'belowBar' : 'aboveBar',
        shape: bull ? 'arrowUp' : 'arrowDown',
        color: colours.warn,
      });
    }
    if (mark.kind === 'pivot' && layers.pivots) {
      markers.push({
        time: mark.at as Time,
        position: mark.side === 'high' ? 'aboveBar' : 'belowBar',
        shape: 'circle',
        color: colours.inkSoft,
        size: 0.5,
        text: mark.side === 'high' ? 'H' : 'L',
      });
    }
  }
  return markers.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

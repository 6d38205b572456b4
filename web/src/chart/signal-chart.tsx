'use client';
import type { ChartBar, ChartTimeframe, SignalDetail } from '@aion/contracts';
import dynamic from 'next/dynamic';
import { parseAsArrayOf, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { cx } from '../ui/class-names.ts';
import { exchangeZone, fixed } from '../ui/format.ts';
import { ChartTable } from './chart-table.tsx';
import type { Level } from './chart-canvas.tsx';
import { LAYERS, LAYERS_AT_FIRST, LAYER_TITLES, LAYER_WORDS, layerOf, type Layers } from './layers.ts';
import { Legend } from './legend.tsx';
import { MarkTable } from './mark-table.tsx';
import { nearMarks } from './near-marks.ts';
import { readoutBars } from './readout-bars.ts';
import { Readout } from './readout.tsx';

const ChartCanvas = dynamic(() => import('./chart-canvas.tsx').then((module) => module.ChartCanvas), { ssr: false });

const TIMEFRAMES: readonly (readonly [ChartTimeframe, string])[] = [
  ['M', 'Monthly'],
  ['W', 'Weekly'],
  ['D', 'Daily'],
  ['4H', '4 hours'],
  ['1H', '1 hour'],
];
/** What is shown lives in the address, so that a link shows the same chart. */
const QUERY = {
  tf: parseAsStringLiteral(['M', 'W', 'D', '4H', '1H'] as const),
  layers: parseAsArrayOf(parseAsStringLiteral(LAYERS)).withDefault([...LAYERS_AT_FIRST]),
  marks: parseAsStringLiteral(['near', 'all'] as const).withDefault('near'),
};

/** The chart of a signal with its time frames, its layers, and the same numbers as a table. */
export function SignalChart({ detail }: { detail: SignalDetail }) {
  const { signal, charts } = detail;
  const [query, setQuery] = useQueryStates(QUERY, { history: 'replace' });
  const atFirst = (charts.D === undefined ? TIMEFRAMES.find(([key]) => charts[key] !== undefined)?.[0] : 'D') ?? 'D';
  // A link may name a time frame that this signal has no bars of.
  const timeframe = query.tf !== null && charts[query.tf] !== undefined ? query.tf : atFirst;
  const layers = useMemo(
    () => Object.fromEntries(LAYERS.map((key) => [key, query.layers.includes(key)])) as Layers,
    [query.layers],
  );
  const [hovered, setHovered] = useState<ChartBar | null>(null);
  const everyMark = query.marks === 'all';
  const chart = charts[timeframe];
  const marks = useMemo(() => {
    if (chart === undefined) return [];
    return everyMark ? chart.marks : nearMarks(chart.marks, chart.bars);
  }, [chart, everyMark]);
  const levels = useMemo(() => levelsOf(detail), [detail]);
  const { plan } = signal;
  const entryZone = useMemo(
    () => (plan === null ? null : { low: plan.entryLowMinor / 100, high: plan.entryHighMinor / 100 }),
    [plan],
  );
  const band = useMemo(() => {
    if (detail.why === null || timeframe !== 'D') return null;
    const { horizonSessions, lowMinor, medianMinor, highMinor } = detail.why.band;
    return { horizonBars: horizonSessions, low: lowMinor / 100, median: medianMinor / 100, high: highMinor / 100 };
  }, [detail.why, timeframe]);
  const timeframeTitle = TIMEFRAMES.find(([key]) => key === timeframe)?.[1] ?? timeframe;
  const missing = (key: ChartTimeframe): string =>
    detail.missingTimeframes.find((each) => each.timeframe === key)?.reason ??
    (detail.gated === null ? 'No bars are stored for this time frame.' : 'Part of a higher plan.');
  const present = new Set(chart?.marks.map(layerOf));
  const offered = LAYERS.filter((key) => (key === 'band' ? band !== null : present.has(key)));

  return (
    <figure
      aria-label={`${timeframeTitle} chart of ${signal.symbol} with ${levels.length === 0 ? 'no levels' : levels.map((level) => `${level.title} ${fixed(level.price, 2)}`).join(', ')}`}
      className="overflow-hidden rounded-lg border border-line bg-surface"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-3 py-2">
        <div role="group" aria-label="Time frame" className="flex">
          {TIMEFRAMES.map(([key, title]) => (
            <button
              key={key}
              type="button"
              aria-label={title}
              aria-pressed={key === timeframe}
              disabled={charts[key] === undefined}
              title={charts[key] === undefined ? missing(key) : title}
              onClick={() => void setQuery({ tf: key === atFirst ? null : key })}
              className={cx(
                'num h-8 min-w-9 rounded-md px-2 disabled:opacity-40',
                key === timeframe ? 'bg-raised font-semibold text-ink' : 'text-ink-2 enabled:hover:text-ink',
              )}
            >
              {key}
            </button>
          ))}
        </div>
        {offered.length > 0 && (
          <div
            role="group"
            aria-label="Layers"
            className="flex flex-wrap gap-1 max-sm:-mx-3 max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:px-3 max-sm:py-1"
          >
            {chart !== undefined && chart.marks.length > 0 && (
              <Toggle
                on={everyMark}
                title="Every mark"
                words="Every mark of the bars shown, not only those near the last close"
                onPress={() => void setQuery({ marks: everyMark ? 'near' : 'all' })}
              />
            )}
            {offered.map((key) => (
              <Toggle
                key={key}
                on={layers[key]}
                title={LAYER_TITLES[key]}
                words={LAYER_WORDS[key]}
                onPress={() =>
                  void setQuery({ layers: LAYERS.filter((each) => (each === key ? !layers[each] : layers[each])) })
                }
              />
            ))}
          </div>
        )}
      </div>
      <div className="relative h-[380px] sm:h-[min(62vh,600px)] sm:min-h-[420px]">
        {chart === undefined || chart.bars.length === 0 ? (
          <p className="grid h-full place-items-center px-6 text-center text-ink-2">{missing(timeframe)}</p>
        ) : (
          <>
            <Readout
              {...readoutBars(chart.bars, hovered)}
              timeZone={exchangeZone(signal.exchange)}
              currency={signal.currency}
            />
            <div aria-hidden="true" className="absolute inset-0">
              <ChartCanvas
                timeframe={timeframe}
                bars={chart.bars}
                marks={marks}
                levels={levels}
                entryZone={entryZone}
                band={band}
                layers={layers}
                timeZone={exchangeZone(signal.exchange)}
                onHover={setHovered}
              />
            </div>
          </>
        )}
      </div>
      <figcaption className="border-t border-line px-4 py-2 text-note text-ink-3">
        <div className="flex flex-wrap justify-between gap-x-6 gap-y-1">
          <span>
            Prices in {signal.currency === 'INR' ? '₹' : '$'}, adjusted for splits and bonuses.
            {band !== null && ' The fan holds the close with a chance of 80 %, by the models.'}
          </span>
          <span>
            Charts by{' '}
            <a
              href="https://www.tradingview.com/"
              target="_blank"
              rel="noreferrer"
              className="underline hover:text-ink"
            >
              TradingView Lightweight Charts™
            </a>
          </span>
        </div>
        {chart !== undefined && chart.marks.length > 0 && (
          <>
            <Legend />
            <MarkTable
              symbol={signal.symbol}
              timeframe={timeframeTitle}
              marks={chart.marks}
              timeZone={exchangeZone(signal.exchange)}
            />
          </>
        )}
        {chart !== undefined && (
          <ChartTable
            symbol={signal.symbol}
            timeframe={timeframeTitle}
            bars={chart.bars}
            levels={levels}
            timeZone={exchangeZone(signal.exchange)}
          />
        )}
      </figcaption>
    </figure>
  );
}

function Toggle({ on, title, words, onPress }: { on: boolean; title: string; words: string; onPress: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      title={words}
      onClick={onPress}
      className={cx(
        'h-7 shrink-0 rounded-full border px-3 text-note max-sm:h-9',
        on ? 'border-line-strong bg-raised text-ink' : 'border-line text-ink-3 hover:text-ink',
      )}
    >
      {title}
    </button>
  );
}

function levelsOf({ signal }: SignalDetail): readonly Level[] {
  const { plan } = signal;
  if (plan === null) return [];
  const targets = 'targetsMinor' in plan ? plan.targetsMinor : [plan.firstTargetMinor];
  return [
    { title: 'Entry high', short: 'Entry', price: plan.entryHighMinor / 100, tone: 'entry' },
    { title: 'Entry low', short: '', price: plan.entryLowMinor / 100, tone: 'entry' },
    { title: 'Stop', short: 'Stop', price: plan.stopMinor / 100, tone: 'stop' },
    ...targets.map((minor, index): Level => ({
      title: `Target ${index + 1}`,
      short: `T${index + 1}`,
      price: minor / 100,
      tone: 'target',
    })),
  ];
}

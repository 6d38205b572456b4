import type { ChartBar, Signal } from '@aion/contracts';
import { compact, dateTime, fixed, sessionDay, signedPercent } from '../ui/format.ts';
import { Change } from '../ui/direction.tsx';
import { changeOf } from './readout-bars.ts';

/** The numbers of the bar under the cross-hair, or of the last one. Its change is from the close before it. */
export function Readout({
  bar,
  before,
  timeZone,
  currency,
}: {
  bar: ChartBar | null;
  /** The bar before it; null for the first. */
  before: ChartBar | null;
  timeZone: string;
  currency: Signal['currency'];
}) {
  if (bar === null) return null;
  const change = changeOf(bar, before);
  const fields = [
    ['O', bar.open],
    ['H', bar.high],
    ['L', bar.low],
    ['C', bar.close],
  ] as const;
  return (
    <p className="num pointer-events-none absolute top-2 left-3 z-10 flex max-w-[80%] flex-wrap gap-x-3 rounded-sm bg-surface/80 px-1 text-note text-ink-2">
      <span className="font-medium text-ink">
        {typeof bar.time === 'string' ? sessionDay(bar.time) : dateTime(bar.time * 1000, timeZone)}
      </span>
      {fields.map(([letter, value]) => (
        <span key={letter}>
          <span className="text-ink-3">{letter}</span> {fixed(value, 2, currency)}
        </span>
      ))}
      {change !== null && <Change frac={change} text={signedPercent(change, 2)} />}
      <span>
        <span className="text-ink-3">Vol</span> {compact(bar.volumeShares, currency)}
      </span>
    </p>
  );
}

import type { SessionDate } from '@aion/core';
import type { Signal } from '@aion/signals';
import { makeChartSet } from '../publication/chart-set.ts';
import { loadPanel } from '../market/panel.ts';
import type { Stage } from '../runner/stage.ts';
import { timedFramesOf } from '../market/timeframe-bars.ts';

/**
 * One chart object per signal, so that a page needs no analytics engine. Returns the key of an index of them: signal id to
 * object key. An index and not the map itself, since the pointer to it is read with every request and is paid by its size.
 */
export const chartsStage: Stage<
  { sessionDate: SessionDate; barsHash: string; signals: readonly Signal[] },
  { index: string }
> = {
  name: 'charts',
  title: 'Draw the charts',
  async run({ sessionDate, barsHash, signals }, context) {
    const panel = await loadPanel(context, sessionDate, barsHash);
    const bySymbol = new Map(panel.daily.map((bars) => [bars.symbol, bars]));
    const keys: Record<string, string> = {};
    let bytes = 0;
    for (const [index, signal] of signals.entries()) {
      const charts = makeChartSet(timedFramesOf(panel, bySymbol.get(signal.symbol)!, context.ports.market.calendar));
      const encoded = new TextEncoder().encode(JSON.stringify(charts));
      bytes += encoded.length;
      keys[signal.id] = (await context.ports.objects.put('charts', encoded, '.json')).key;
      context.progress(index + 1, signals.length);
    }
    const index = await context.ports.objects.put('charts', new TextEncoder().encode(JSON.stringify(keys)), '.json');
    return { output: { index: index.key }, figures: { charts: signals.length, kilobytes: Math.round(bytes / 1024) } };
  },
};

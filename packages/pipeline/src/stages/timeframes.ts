import type { SessionDate } from '@aion/core';
import { loadPanel } from '../market/panel.ts';
import type { Stage } from '../runner/stage.ts';
import { rememberedTimeframes } from '../market/timeframe-bars.ts';

/** Builds every timeframe once and reports how many symbols have it; the features stage builds the same from the same bars. */
export const timeframesStage: Stage<
  { sessionDate: SessionDate; barsHash: string; symbols: readonly string[] },
  { symbols: number }
> = {
  name: 'bars',
  title: 'Build monthly, weekly, daily, 4-hour and hourly bars',
  async run({ sessionDate, barsHash, symbols }, context) {
    const panel = await loadPanel(context, sessionDate, barsHash);
    const wanted = new Set(symbols);
    const counts = { month: 0, week: 0, day: 0, fourHour: 0, hour: 0 };
    let done = 0;
    for (const bars of panel.daily) {
      if (!wanted.has(bars.symbol)) continue;
      const frames = rememberedTimeframes(context, panel, bars).bars;
      counts.month += frames.month.close.length;
      counts.week += frames.week.close.length;
      counts.day += frames.day.close.length;
      counts.fourHour += frames.fourHour?.close.length ?? 0;
      counts.hour += frames.hour?.close.length ?? 0;
      if (++done % 100 === 0) context.progress(done, symbols.length);
    }
    return {
      output: { symbols: done },
      figures: {
        monthBars: counts.month,
        weekBars: counts.week,
        dayBars: counts.day,
        fourHourBars: counts.fourHour,
        hourBars: counts.hour,
      },
    };
  },
};

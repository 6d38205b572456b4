import type { MarketRegime } from '@aion/contracts';
import type { ReactNode } from 'react';
import { Change } from '../ui/direction.tsx';
import { count, fixed, percent, sessionDay, signedPercent } from '../ui/format.ts';

const TREND = { up: 'Rising', down: 'Falling', sideways: 'Sideways' } as const;
const VOLATILITY = { calm: 'calm', normal: 'normal swings', high: 'high swings' } as const;

/** What people call the indices that the exchange's files name so. */
const INDEX_NAMES: Record<string, string> = { NIFTY50: 'NIFTY 50', INDIA_VIX: 'India VIX', INDIAVIX: 'India VIX' };

/** The market around the signals, as of the close they were made from. */
export function MarketStrip({ regime, sessionDate }: { regime: MarketRegime; sessionDate: string }) {
  const asOf = `Close of ${sessionDay(sessionDate)}, from the daily bars`;
  const moved = regime.advancers + regime.decliners;
  return (
    <section
      aria-label="Market"
      className="grid grid-cols-2 overflow-hidden rounded-lg border border-line bg-surface md:grid-cols-4 [&>*]:border-line max-md:[&>*:nth-child(n+3)]:border-t md:[&>*+*]:border-l max-md:[&>*:nth-child(even)]:border-l"
    >
      <Cell
        name="Regime"
        title={asOf}
        note={regime.riskOn ? 'Risk on: buys are allowed' : 'Risk off: buys need a higher probability'}
      >
        {TREND[regime.trend]}
        <span className="text-body font-normal text-ink-2">, {VOLATILITY[regime.volatility]}</span>
      </Cell>
      <Cell
        name="Breadth"
        title={`${asOf}; share of the universe above its 50-day EMA`}
        note={
          <span className="flex items-center gap-2">
            <span className="whitespace-nowrap">
              <span className="text-up">▲ {count(regime.advancers)}</span>{' '}
              <span className="text-down">▼ {count(regime.decliners)}</span>
            </span>
            <span aria-hidden="true" className="flex h-1 min-w-0 flex-1 overflow-hidden rounded-full bg-down">
              <span
                className="bg-up"
                style={{ width: `${moved === 0 ? 50 : Math.round((regime.advancers / moved) * 100)}%` }}
              />
            </span>
          </span>
        }
      >
        {percent(regime.breadthFrac, 0)}
        <span className="text-body font-normal text-ink-2"> above 50-day</span>
      </Cell>
      <IndexCell fallback="Index" title={asOf} index={regime.index} missing="No index bars for this session" />
      <IndexCell
        fallback="Volatility index"
        title={asOf}
        index={regime.volatilityIndex}
        missing="No bars for this session"
      />
    </section>
  );
}

function IndexCell(props: { fallback: string; title: string; index: MarketRegime['index']; missing: string }) {
  const { index } = props;
  if (index === null) {
    return (
      <Cell name={props.fallback} title={props.title} note={props.missing}>
        <span className="text-ink-3">–</span>
      </Cell>
    );
  }
  return (
    <Cell
      name={INDEX_NAMES[index.name] ?? index.name}
      title={props.title}
      note={
        <>
          <Change frac={index.changeFrac} text={signedPercent(index.changeFrac, 2)} /> on the day
        </>
      }
    >
      {fixed(index.close, 2)}
    </Cell>
  );
}

function Cell(props: { name: string; title: string; note: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0 px-4 py-3" title={props.title}>
      <div className="text-note text-ink-3">{props.name}</div>
      <div className="num truncate text-title font-semibold tracking-tight">{props.children}</div>
      <div className="num mt-1 truncate text-note text-ink-2">{props.note}</div>
    </div>
  );
}

import type { Signal } from '@aion/contracts';
import type { ReactNode } from 'react';
import { agreement, stateWords } from '../signals/status-words.ts';
import { MarketBadge, Tag } from '../ui/badge.tsx';
import { SideMark } from '../ui/direction.tsx';
import { dateTime, fixed, money, percent, sessionDay } from '../ui/format.ts';
import { sentence } from '../ui/sentence.ts';

/** Who and what, and the figures that decide. */
export function SignalHead({ signal }: { signal: Signal }) {
  const state = stateWords(signal);
  return (
    <header className="mt-1 flex flex-wrap items-end justify-between gap-x-8 gap-y-3">
      <div>
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="text-figure font-semibold tracking-tight">{signal.symbol}</h1>
          <SideMark side={signal.side} size="page" />
          <Tag tone={state.tone}>{state.word}</Tag>
          {signal.badges.map((badge) => (
            <MarketBadge key={badge} badge={badge} />
          ))}
        </div>
        <p className="text-ink-2">
          {[signal.name, signal.sector, signal.exchange].filter(Boolean).join(' · ')}
          <span className="text-ink-3">
            {' '}
            · session {sessionDay(signal.sessionDate)}, published {dateTime(Date.parse(signal.publishedAt))}
          </span>
        </p>
        {state.reason !== null && <p className="mt-1">{sentence(state.reason)}</p>}
      </div>
      {signal.access === 'full' && (
        <dl className="flex flex-wrap gap-x-8 gap-y-2">
          <Figure name="Last close" title="Close of the session the signal was made from">
            {money(signal.lastCloseMinor, signal.currency)}
          </Figure>
          <Figure name="Model confidence" title="The models' weighted probability that this side wins; not calibrated">
            {percent(signal.confidence, 0)}
          </Figure>
          {signal.plan !== null && (
            <Figure name="Reward : risk" title="To the first target, from the middle of the entry zone">
              {fixed(signal.plan.rewardRiskRatio, 2)}
            </Figure>
          )}
          <Figure name="Models" title="How many models vote for this side">
            {agreement(signal)}
          </Figure>
        </dl>
      )}
    </header>
  );
}

function Figure({ name, title, children }: { name: string; title: string; children: ReactNode }) {
  return (
    <div title={title}>
      <dt className="text-note text-ink-3">{name}</dt>
      <dd className="num text-title font-semibold tracking-tight whitespace-nowrap">{children}</dd>
    </div>
  );
}

import type { Badge } from '@aion/contracts';
import { cx } from './class-names.ts';

const MEANING: Record<Badge, string> = {
  SIMULATED: 'These prices come from a simulated market. No such trade could be made.',
  STUB: 'The forecasts come from stand-in models that show how the product works. They predict nothing.',
  EXPERIMENTAL: 'These models have not passed the tests for real use.',
  DELAYED: 'These prices are delayed.',
};

/** A label that must not be overlooked: warning colours, capitals, the meaning as text for everybody. */
export function MarketBadge({ badge, explain = false }: { badge: Badge; explain?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span
        title={MEANING[badge]}
        className="rounded-sm border border-warn bg-warn-soft px-2 text-note font-bold tracking-wider text-warn"
      >
        {badge}
      </span>
      {explain && <span className="text-note text-warn">{MEANING[badge]}</span>}
    </span>
  );
}

/** The labels with their meaning, as a bar over the page. */
export function BadgeBar({ badges }: { badges: readonly Badge[] }) {
  if (badges.length === 0) return null;
  return (
    <section
      aria-label="What these data are"
      className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-warn/40 bg-warn-soft px-4 py-1 sm:px-6"
    >
      {badges.map((badge) => (
        <MarketBadge key={badge} badge={badge} explain />
      ))}
    </section>
  );
}

type Tone = 'neutral' | 'accent' | 'warn' | 'danger' | 'good';
const TONES: Record<Tone, string> = {
  neutral: 'bg-raised text-ink-2',
  accent: 'bg-accent-soft text-accent',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  good: 'bg-raised text-ink',
};

export function Tag({ tone = 'neutral', children, title }: { tone?: Tone; children: React.ReactNode; title?: string }) {
  return (
    <span
      title={title}
      className={cx(
        'inline-flex items-center gap-1 rounded-sm px-2 text-note font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

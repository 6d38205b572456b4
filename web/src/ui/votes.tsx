import type { ModelVote } from '@aion/contracts';
import { cx } from './class-names.ts';

const GLYPH = { UP: '▲', DOWN: '▼', NEUTRAL: '■' } as const;
const WORD = { UP: 'up', DOWN: 'down', NEUTRAL: 'neutral' } as const;
const TONE = { UP: 'text-up', DOWN: 'text-down', NEUTRAL: 'text-ink-3' } as const;

/** One glyph per model, with the agreement in words for those who do not see it. */
export function VoteGlyphs({ votes }: { votes: readonly ModelVote[] }) {
  const words = votes.map((vote) => `${vote.model} ${WORD[vote.vote]}`).join(', ');
  return (
    <span role="img" aria-label={`Model votes: ${words}`} title={words} className="inline-flex gap-1 text-[10px]">
      {votes.map((vote) => (
        <span key={vote.model} aria-hidden="true" className={TONE[vote.vote]}>
          {GLYPH[vote.vote]}
        </span>
      ))}
    </span>
  );
}

export function VoteWord({ vote }: { vote: ModelVote['vote'] }) {
  return (
    <span className={cx('font-medium', TONE[vote])}>
      <span aria-hidden="true" className="mr-1 text-[10px]">
        {GLYPH[vote]}
      </span>
      {WORD[vote]}
    </span>
  );
}

import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import { Tag } from '../ui/badge.tsx';
import type { Severity } from './finding-query.ts';

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', info: 'Note' };
const MEANING: Readonly<Record<Severity, string>> = {
  error: 'Holds the symbol or the session back until somebody has looked',
  warning: 'Wants a look; nothing is held back',
  info: 'Explains what was seen; nothing is wrong',
};
const ICONS = { error: OctagonAlert, warning: TriangleAlert, info: Info };
const TONES = { error: 'danger', warning: 'warn', info: 'neutral' } as const;

/** How much a finding weighs: icon, word and colour together. */
export function SeverityTag({ severity }: { severity: Severity }) {
  const Icon = ICONS[severity];
  return (
    <Tag tone={TONES[severity]} title={MEANING[severity]}>
      <Icon size={12} aria-hidden="true" />
      {SEVERITY_WORDS[severity]}
    </Tag>
  );
}

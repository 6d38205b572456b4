import { Activity, CircleUserRound, Radar, ScanSearch, SlidersHorizontal } from 'lucide-react';
import type { PageLink } from './pages.ts';

const ICONS = {
  signals: Activity,
  scanner: Radar,
  system: ScanSearch,
  admin: SlidersHorizontal,
  account: CircleUserRound,
};

export function PageIcon({ icon }: { icon: PageLink['icon'] }) {
  const Icon = ICONS[icon];
  return <Icon size={16} aria-hidden="true" className="shrink-0" />;
}

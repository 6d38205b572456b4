import type { ActionLog, ActionProposal } from '@aion/contracts';

export type ActionKind = ActionProposal['kind'];
export type ActionEntry = ActionLog['entries'][number];

export const KIND_WORDS: Readonly<Record<ActionKind, string>> = {
  split_or_bonus: 'Split or bonus',
  split: 'Split',
  bonus: 'Bonus',
  demerger_or_rights: 'Demerger or rights',
  dividend: 'Dividend',
};

/** What the value counts, for the label of its field. */
export const VALUE_UNIT: Readonly<Record<ActionKind, string>> = {
  split_or_bonus: 'new shares per old share',
  split: 'new shares per old share',
  bonus: 'new shares per old share',
  demerger_or_rights: 'earlier prices are divided by it',
  dividend: '₹ per share',
};

const plain = (value: number): string => String(Math.round(value * 1e6) / 1e6);

/** The value with its unit: "2 shares for 1", "earlier prices ÷ 1.62", "₹5 a share". */
export function valueWords(kind: ActionKind, value: number): string {
  if (kind === 'dividend') return `₹${plain(value)} a share`;
  if (kind === 'demerger_or_rights') return `earlier prices ÷ ${plain(value)}`;
  return `${plain(value)} ${value === 1 ? 'share' : 'shares'} for 1`;
}

export const actionKey = (action: Pick<ActionEntry, 'symbol' | 'exDate' | 'kind'>): string =>
  `${action.symbol} ${action.exDate} ${action.kind}`;

/** The word that counts of each action, from a log that stands newest first. */
export function newestByAction(entries: readonly ActionEntry[]): ReadonlyMap<string, ActionEntry> {
  const newest = new Map<string, ActionEntry>();
  for (const entry of entries) if (!newest.has(actionKey(entry))) newest.set(actionKey(entry), entry);
  return newest;
}

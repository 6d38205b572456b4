import type { Capabilities, Role, Tier } from '@aion/contracts';

const RANK: Readonly<Record<Tier, number>> = { basic: 0, pro: 1, elite: 2 };

/** What a tier may see and do. The only place that maps a tier to rights. */
export function capabilitiesOf(tier: Tier, role: Role): Capabilities {
  const atLeast = (needed: Tier): boolean => RANK[tier] >= RANK[needed];
  return {
    signals: atLeast('pro') ? 'all' : 'top5',
    hourlyRefinement: atLeast('pro'),
    exportCsv: atLeast('pro'),
    automaticExecution: atLeast('elite'),
    admin: role === 'admin',
  };
}

/** `?tier=` may lower what the caller sees and never raise it. */
export function effectiveTier(entitled: Tier, asked: Tier | undefined): Tier {
  return asked !== undefined && RANK[asked] < RANK[entitled] ? asked : entitled;
}

/** The order of tiers, 0 basic … 2 elite, for comparing two of them. What a tier may do is `capabilitiesOf`'s to say. */
export const tierRank = (tier: Tier): number => RANK[tier];

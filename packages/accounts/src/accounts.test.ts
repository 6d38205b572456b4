import { describe, expect, it } from 'vitest';
import { capabilitiesOf, effectiveTier } from './index.ts';

const tiers = ['basic', 'pro', 'elite'] as const;

describe('tiers', () => {
  it('rights only grow with the tier, and automatic execution is elite only', () => {
    expect(tiers.map((tier) => capabilitiesOf(tier, 'member').signals)).toEqual(['top5', 'all', 'all']);
    expect(tiers.map((tier) => capabilitiesOf(tier, 'member').hourlyRefinement)).toEqual([false, true, true]);
    expect(tiers.map((tier) => capabilitiesOf(tier, 'member').automaticExecution)).toEqual([false, false, true]);
    expect(tiers.map((tier) => capabilitiesOf(tier, 'member').admin)).toEqual([false, false, false]);
    expect(capabilitiesOf('basic', 'admin')).toMatchObject({ admin: true, signals: 'top5' });
  });

  it('asking for a tier lowers it and never raises it', () => {
    for (const entitled of tiers) {
      for (const asked of tiers) {
        const seen = effectiveTier(entitled, asked);
        expect(tiers.indexOf(seen)).toBe(Math.min(tiers.indexOf(entitled), tiers.indexOf(asked)));
      }
      expect(effectiveTier(entitled, undefined)).toBe(entitled);
    }
  });
});

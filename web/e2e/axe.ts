import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What axe finds on a page as it stands, a line a rule: its name and where. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { passes, violations } = await new AxeBuilder({ page })
    // The pages have no frames, so that the blank page that would join their results is not needed; of what passes the rule says enough.
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .analyze();
  expect(passes.length).toBeGreaterThan(10);
  return violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
}

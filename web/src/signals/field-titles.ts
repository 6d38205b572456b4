/** What a hidden field would show, in words. A name without words here is shown as it is. */
const TITLES: Record<string, string> = {
  confidence: 'model confidence',
  votes: 'each model’s vote',
  failProb: 'the chance that it fails',
  vetoDecision: 'the veto',
  readiness: 'hourly readiness with its reason',
  smcFlags: 'smart-money marks',
  reasons: 'the reasons',
  targets: 'all targets',
  targetsMinor: 'all targets',
  rewardRiskRatio: 'reward to risk',
  stopBasis: 'what the stop stands on',
  targetBasis: 'what the target stands on',
  validUntil: 'how long it is valid',
  why: 'why the models say so',
  band: 'the forecast band',
  marks: 'zones and breaks on the chart',
  charts: 'charts of every time frame',
  lastCloseMinor: 'the last close',
  sparkMinor: 'the last 30 closes',
  context: 'the inputs of the models',
  history: 'the history of the signal',
  whatWouldChange: 'what would change it',
};

/** "a, b and c" for names of hidden fields. */
export function hiddenInWords(fields: readonly string[]): string {
  const words = [...new Set(fields.map((field) => TITLES[field.split('.').at(-1) ?? field] ?? field))];
  const last = words.pop();
  if (last === undefined) return 'more fields';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}

export const TIER_TITLES = { basic: 'Basic', pro: 'Pro', elite: 'Elite' } as const;

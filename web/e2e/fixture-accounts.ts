import type { Me, Role, Tier } from '@aion/contracts';

export const LOGINS = (['basic', 'pro', 'elite', 'admin'] as const).map((label) => ({
  label: label[0]!.toUpperCase() + label.slice(1),
  email: `${label}@aion.demo`,
  password: `demo-${label}`,
}));

/** What the link of a demo’s start carries. */
export const DEMO_SECRET = 'a-secret-of-the-fixture-demo';

export interface Account {
  readonly viewing?: Me['viewing'];
  readonly email: string;
  readonly tier: Tier;
  readonly role: Role;
}

/** Tokens of the fixture carry the account in their payload; the signature says nothing here. */
export function accountOf(authorization: string | undefined): Account | null {
  const payload = authorization?.split('.')[1];
  if (payload === undefined) return null;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { email: string };
  const name = claims.email.split('@')[0];
  if (name === 'admin') return { email: claims.email, tier: 'elite', role: 'admin' };
  const tier = name === 'pro' || name === 'elite' ? name : 'basic';
  return { email: claims.email, tier, role: 'member' };
}

export function meOf(account: Account): Me {
  const full = account.tier !== 'basic';
  return {
    userId: `user-${account.email}`,
    email: account.email,
    tier: account.tier,
    role: account.role,
    capabilities: {
      signals: full ? 'all' : 'top5',
      hourlyRefinement: full,
      exportCsv: full,
      automaticExecution: account.tier === 'elite',
      admin: account.role === 'admin',
    },
    viewing: account.viewing ?? null,
  };
}

const VIEW = 'a-secret-of-the-fixture-view';
const VIEW_ENDS = '2026-02-27T11:30:00Z';

/** The looks of administrators as a member that are under way. */
export function makeViews() {
  const views = new Map<string, { email: string; reason: string }>();
  return {
    begin(email: string, reason: string) {
      views.set(VIEW, { email, reason });
      return { view: VIEW, email, endsAt: VIEW_ENDS };
    },
    end: (): void => void views.delete(VIEW),
    /** The member that an admin looks as, where the request is made in a view. */
    viewedBy(account: Account | null, view: string | string[] | undefined): Account | null {
      const found = views.get(String(view));
      if (account?.role !== 'admin' || found === undefined) return account;
      const payload = Buffer.from(JSON.stringify({ email: found.email })).toString('base64url');
      const viewing = { by: account.email, reason: found.reason, endsAt: VIEW_ENDS };
      return { ...accountOf(`x.${payload}.y`)!, viewing };
    },
  };
}

import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { Looks } from '../../../frame/looks.tsx';
import { SignOutButton } from '../../../frame/sign-out-button.tsx';
import { PasswordForm } from '../../../login/password-form.tsx';
import { getMe } from '../../../data/api.ts';
import { Fact, Panel } from '../../../ui/panel.tsx';
import { DIRECTION_COOKIE, THEME_COOKIE, toDirection, toTheme } from '../../../ui/preferences.ts';

export const metadata: Metadata = { title: 'Account' };

const TIERS = { basic: 'Basic', pro: 'Pro', elite: 'Elite' } as const;

export default async function AccountPage() {
  const [me, jar] = await Promise.all([getMe(), cookies()]);
  // The frame has shown why there is no account.
  if (me.kind !== 'ok') return null;
  const { capabilities, email, role, tier, viewing } = me.value;
  const rows: readonly (readonly [string, string])[] = [
    [
      'Daily signals',
      capabilities.signals === 'all' ? 'All, with every field' : 'The five strongest: side, entry, stop, first target',
    ],
    ['Hourly readiness', capabilities.hourlyRefinement ? 'Included' : 'Not included'],
    ['CSV export', capabilities.exportCsv ? 'Included' : 'Not included'],
    ['Automatic execution', capabilities.automaticExecution ? 'Included' : 'Not included'],
    ...(capabilities.admin ? [['Administration', 'Runs, imports, quarantine, kill switch'] as const] : []),
  ];
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="mb-4 text-title font-semibold">Account</h1>
      <div className="grid gap-4">
        <Panel title="You" aside={viewing === null && <SignOutButton />}>
          <dl>
            <Fact name="Email">{email}</Fact>
            <Fact name="Plan">{TIERS[tier]}</Fact>
            <Fact name="Role">{role === 'admin' ? 'Administrator' : 'Member'}</Fact>
          </dl>
        </Panel>
        <Panel title="What your plan includes">
          <dl>
            {rows.map(([name, value]) => (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ))}
          </dl>
        </Panel>
        {viewing === null && (
          <Panel title="Password">
            <PasswordForm />
          </Panel>
        )}
        <Panel title="Looks">
          <Looks
            theme={toTheme(jar.get(THEME_COOKIE)?.value)}
            direction={toDirection(jar.get(DIRECTION_COOKIE)?.value)}
          />
        </Panel>
      </div>
    </div>
  );
}

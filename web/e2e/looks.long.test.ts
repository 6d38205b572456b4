import { it } from 'vitest';
import { DEMO_SECRET } from './fixture-accounts.ts';
import { fullSignal } from './fixture-market.ts';
import { OUTSIDE } from './fixture-scans.ts';
import { look } from './looks.ts';
import { onStage, type Who } from './stage.ts';

const PAGES: readonly (readonly [string, Who | null, string])[] = [
  ['login', null, '/login'],
  ['login of the demo’s link', null, `/login#demo=${DEMO_SECRET}`],
  ['link of a mail', null, '/login/confirm?type=recovery&token_hash=recovery:pro@aion.demo'],
  ['link that is not whole', null, '/login/confirm'],
  ['signals as basic', 'basic', '/'],
  ['signals as pro', 'pro', '/'],
  ['signal as basic', 'basic', `/signals/${fullSignal(0).id}`],
  ['signal as pro', 'pro', `/signals/${fullSignal(0).id}`],
  ['sell signal', 'pro', `/signals/${fullSignal(3).id}`],
  ['scanner', 'pro', `/scanner?symbol=${OUTSIDE}`],
  ['account', 'elite', '/account'],
  ['admin runs', 'admin', '/admin?run=run-1'],
  ['admin upload', 'admin', '/admin?tab=upload'],
  ['admin quarantine', 'admin', '/admin?tab=quarantine'],
  ['admin outbox', 'admin', '/admin?tab=outbox'],
  ['admin members', 'admin', '/admin?tab=members'],
  ['admin kill switch', 'admin', '/admin?tab=kill'],
  ['data quality', 'admin', '/system?severity=error'],
  ['not found', 'pro', '/no-such-page'],
];

onStage('how every page looks', (stage) => {
  it.each(PAGES)('%s: axe finds nothing in both themes, and it fits a phone', async (_title, who, path) =>
    look(stage(), who, path),
  );
});

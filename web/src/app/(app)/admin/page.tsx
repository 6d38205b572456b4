import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminTabs } from '../../../admin/admin-tabs.tsx';
import { getKill, getMe, getOutbox, getQuarantine, getRuns } from '../../../data/api.ts';

export const metadata: Metadata = { title: 'Admin' };

export default async function AdminPage() {
  const me = await getMe();
  if (me.kind === 'ok' && !me.value.capabilities.admin) notFound();
  // The frame has shown why there is no account.
  if (me.kind !== 'ok') return null;
  const [runs, quarantine, outbox, kill] = await Promise.all([getRuns(), getQuarantine(), getOutbox(), getKill()]);
  return (
    <>
      <h1 className="mb-3 text-title font-semibold tracking-tight">Admin</h1>
      <AdminTabs
        runs={runs.kind === 'ok' ? runs.value : undefined}
        quarantine={quarantine.kind === 'ok' ? quarantine.value : undefined}
        outbox={outbox.kind === 'ok' ? outbox.value : undefined}
        kill={kill.kind === 'ok' ? kill.value : undefined}
      />
    </>
  );
}

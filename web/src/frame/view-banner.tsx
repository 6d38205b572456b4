'use client';
import type { Me } from '@aion/contracts';
import { useState } from 'react';
import { leaveFor } from '../data/leave.ts';
import { postSession } from '../session/browser.ts';
import { Button } from '../ui/button.tsx';
import { clock, IST, zoneName } from '../ui/format.ts';

const TIER_TITLE = { basic: 'Basic', pro: 'Pro', elite: 'Elite' } as const;

/** Cannot be overlooked while an administrator looks as a member, and ends it. */
export function ViewBanner({ me }: { me: Me }) {
  if (me.viewing === null) return null;
  const { endsAt, reason } = me.viewing;
  return (
    <div
      role="status"
      className="sticky top-12 z-20 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-warn bg-warn-soft px-4 py-2 text-warn sm:px-6"
    >
      <p>
        <span className="font-semibold">You see Aion as {me.email}</span> ({TIER_TITLE[me.tier]}), read-only, until{' '}
        {clock(Date.parse(endsAt))} {zoneName(IST)}.<span className="max-sm:sr-only"> Reason: {reason}</span>
      </p>
      <StopViewing />
    </div>
  );
}

/** Ends the view and leads back to the administration. */
export function StopViewing() {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      disabled={busy}
      onClick={() => {
        setBusy(true);
        void postSession('view-end', {}).finally(() => leaveFor('/admin'));
      }}
    >
      Stop looking
    </Button>
  );
}

import { cookies, headers } from 'next/headers';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { getMarket, getMe } from '../../data/api.ts';
import { Frame } from '../../frame/frame.tsx';
import { Queries } from '../../frame/queries.tsx';
import { StopViewing } from '../../frame/view-banner.tsx';
import { viewOf } from '../../session/view.ts';
import { RAIL_COOKIE } from '../../ui/preferences.ts';
import { FailedState } from '../../ui/state.tsx';

export default async function AppLayout({ children }: { children: ReactNode }) {
  const [me, market, jar] = await Promise.all([getMe(), getMarket(), cookies()]);
  if (me.kind !== 'ok') {
    const message = me.kind === 'failed' ? me.message : me.problem.detail;
    return (
      <main className="grid min-h-[80dvh] place-items-center">
        <h1 className="sr-only">Aion</h1>
        <FailedState what="Your account" message={message} />
        {viewOf(await headers()) !== null && <StopViewing />}
      </main>
    );
  }
  return (
    <NuqsAdapter>
      <Queries>
        <Frame
          me={me.value}
          market={market.kind === 'ok' ? market.value : null}
          railClosed={jar.get(RAIL_COOKIE)?.value === 'closed'}
        >
          {children}
        </Frame>
      </Queries>
    </NuqsAdapter>
  );
}

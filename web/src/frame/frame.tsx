import type { MarketStatus, Me } from '@aion/contracts';
import type { ReactNode } from 'react';
import { BadgeBar } from '../ui/badge.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { Commands } from './commands.tsx';
import { PageIcon } from './page-icon.tsx';
import { pagesFor } from './pages.ts';
import { Rail } from './rail.tsx';
import { TopBar } from './top-bar.tsx';
import { ViewBanner } from './view-banner.tsx';

/** What stands around every page of a member. */
export function Frame(props: { me: Me; market: MarketStatus | null; railClosed: boolean; children: ReactNode }) {
  const { me, market } = props;
  const pages = pagesFor(me.capabilities);
  const links = pages.map((page) => ({ ...page, icon: <PageIcon icon={page.icon} /> }));
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Rail pages={links} closedAtFirst={props.railClosed} />
      <div className="flex min-w-0 flex-1 flex-col pb-14 sm:pb-0">
        <TopBar me={me} market={market} />
        <ViewBanner me={me} />
        {market?.killed === true && (
          <div
            role="status"
            className="border-b border-danger bg-danger-soft px-4 py-2 font-semibold text-danger sm:px-6"
          >
            The kill switch is on: nothing new is entered until an administrator releases it.
          </div>
        )}
        <BadgeBar badges={market?.badges ?? []} />
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[1480px] flex-1 px-4 py-4 outline-none sm:px-6">
          {props.children}
        </main>
        <footer className="border-t border-line px-4 py-4 text-note text-ink-3 sm:px-6">
          <p className="max-w-[110ch]">
            Signals are the output of statistical models, made for information. They are not investment advice, and not
            an offer to buy or sell. Prices can gap through a stop; you can lose more than a plan says. Past results do
            not promise future ones. Times are in IST unless they say otherwise.
          </p>
        </footer>
      </div>
      <BottomBar pages={links} />
      <Commands pages={pages} />
    </div>
  );
}

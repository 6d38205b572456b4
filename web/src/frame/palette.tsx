'use client';
import type { LatestSignals, ScanList } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { getJson } from '../data/browser-api.ts';
import { applyTheme, currentTheme } from '../ui/preferences.ts';
import type { PageLink } from './pages.ts';
import { signOut } from './sign-out.ts';

const itemClass =
  'flex h-9 cursor-pointer items-center gap-3 rounded-md px-3 text-ink-2 data-[selected=true]:bg-raised data-[selected=true]:text-ink';

/** Jump to a page or a symbol, or do something, by typing. It finds only what the API gives this member. */
export function Palette({ pages, onDone }: { pages: readonly PageLink[]; onDone: () => void }) {
  const router = useRouter();
  const { data: latest } = useQuery({
    queryKey: ['palette-signals'],
    queryFn: () => getJson<LatestSignals>('/v1/signals/latest?limit=200'),
    staleTime: 60_000,
  });
  const { data: scanned } = useQuery({
    queryKey: ['palette-scans'],
    queryFn: () => getJson<ScanList>('/v1/scans'),
    staleTime: 60_000,
  });
  const run = (action: () => void) => () => {
    onDone();
    action();
  };
  return (
    <Command label="Command palette" className="flex max-h-[60vh] flex-col">
      <Command.Input
        autoFocus
        placeholder="Type a symbol, a page or an action"
        className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-lead text-ink outline-none placeholder:text-ink-3"
      />
      <Command.List className="overflow-y-auto p-2 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-note [&_[cmdk-group-heading]]:text-ink-3">
        <Command.Empty className="px-3 py-6 text-center text-ink-2">Nothing fits.</Command.Empty>
        <Command.Group heading="Pages">
          {pages.map((page) => (
            <Command.Item key={page.href} className={itemClass} onSelect={run(() => router.push(page.href))}>
              {page.title}
            </Command.Item>
          ))}
        </Command.Group>
        {latest !== undefined && (
          <Command.Group heading="Signals">
            {latest.signals.map((signal) => (
              <Command.Item
                key={signal.id}
                value={`${signal.symbol} ${signal.name ?? ''}`}
                className={itemClass}
                onSelect={run(() => router.push(`/signals/${encodeURIComponent(signal.id)}`))}
              >
                <span className="w-28 font-medium text-ink">{signal.symbol}</span>
                <span>{signal.side}</span>
                <span className="truncate text-ink-3">{signal.name}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {scanned !== undefined && (
          <Command.Group heading="Scans">
            {[...scanned.presets, ...scanned.scans].map((scan) => (
              <Command.Item
                key={scan.id}
                value={`scan ${scan.title} ${scan.id}`}
                className={itemClass}
                onSelect={run(() => router.push(`/scanner?scan=${encodeURIComponent(scan.id)}`))}
              >
                <span className="text-ink">{scan.title}</span>
                <span className="num ml-auto text-note text-ink-3">{scan.matches}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        <Command.Group heading="Do">
          <Command.Item
            className={itemClass}
            onSelect={run(() => applyTheme(currentTheme() === 'dark' ? 'light' : 'dark'))}
          >
            Switch theme
          </Command.Item>
          <Command.Item className={itemClass} onSelect={run(() => void signOut())}>
            Sign out
          </Command.Item>
        </Command.Group>
      </Command.List>
    </Command>
  );
}

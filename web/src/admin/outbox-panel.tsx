'use client';
import type { OutboxPage } from '@aion/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getJson } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { dateTime } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/state.tsx';
import { QueryState } from './query-state.tsx';

/** Messages that this host keeps instead of sending them. */
export function OutboxPanel({ initial }: { initial: OutboxPage | undefined }) {
  const query = useInfiniteQuery({
    queryKey: ['outbox'],
    queryFn: ({ pageParam }) =>
      getJson<OutboxPage>(`/v1/admin/outbox${pageParam === null ? '' : `?cursor=${encodeURIComponent(pageParam)}`}`),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    ...(initial === undefined ? {} : { initialData: { pages: [initial], pageParams: [null] } }),
  });
  const messages = query.data?.pages.flatMap((page) => page.messages) ?? [];
  return (
    <Panel title="Outbox" flush>
      {query.data === undefined ? (
        <QueryState what="The outbox" error={query.error} retry={() => void query.refetch()} />
      ) : messages.length === 0 ? (
        <Empty title="The outbox is empty">Mails such as password links appear here instead of being sent.</Empty>
      ) : (
        <ul>
          {messages.map((message) => (
            <li key={message.id} className="border-t border-line">
              <details className="group">
                <summary className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-2 -outline-offset-2 hover:bg-raised">
                  <span>
                    <span className="font-medium">{message.subject}</span>{' '}
                    <span className="text-ink-2">
                      {message.channel} to {message.to}
                    </span>
                  </span>
                  <time dateTime={message.at} className="num text-note text-ink-3">
                    {dateTime(Date.parse(message.at))}
                  </time>
                </summary>
                <pre className="px-4 pb-3 font-sans whitespace-pre-wrap text-ink-2">{message.text}</pre>
              </details>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </Panel>
  );
}

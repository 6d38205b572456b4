import { useEffect, useState } from 'react';

const STORE = 'aion-accepted-findings';

/**
 * The findings that were accepted in this tab, so that it can be undone. The report shows an acceptance only with the next
 * run, which leaves the finding out.
 */
export function useAccepted(): readonly [ReadonlySet<string>, (key: string, accepted: boolean) => void] {
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  // After the first paint: the server does not know what this tab remembers.
  useEffect(() => {
    const kept: unknown = JSON.parse(sessionStorage.getItem(STORE) ?? '[]');
    if (Array.isArray(kept) && kept.length > 0) setAccepted(new Set(kept.map(String)));
  }, []);
  function mark(key: string, isAccepted: boolean): void {
    const next = new Set(accepted);
    if (isAccepted) next.add(key);
    else next.delete(key);
    sessionStorage.setItem(STORE, JSON.stringify([...next]));
    setAccepted(next);
  }
  return [accepted, mark];
}

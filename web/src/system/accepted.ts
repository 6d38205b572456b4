import { useEffect, useState } from 'react';
import { findingKey, type AcceptableFinding } from './finding-query.ts';

const STORE = 'aion-accepted-findings';

/**
 * The findings that were accepted in this tab, so that it can be undone: the next run leaves an accepted finding out of
 * its report, and the API does not list decisions.
 */
export function useAccepted(): readonly [
  readonly AcceptableFinding[],
  (finding: AcceptableFinding, accepted: boolean) => void,
] {
  const [accepted, setAccepted] = useState<readonly AcceptableFinding[]>([]);
  // After the first paint: the server does not know what this tab remembers.
  useEffect(() => {
    const kept: unknown = JSON.parse(sessionStorage.getItem(STORE) ?? '[]');
    if (Array.isArray(kept) && kept.length > 0) setAccepted(kept as AcceptableFinding[]);
  }, []);
  function mark(finding: AcceptableFinding, isAccepted: boolean): void {
    const others = accepted.filter((each) => findingKey(each) !== findingKey(finding));
    const next = isAccepted ? [...others, finding] : others;
    sessionStorage.setItem(STORE, JSON.stringify(next));
    setAccepted(next);
  }
  return [accepted, mark];
}

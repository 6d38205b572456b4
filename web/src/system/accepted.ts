import { useState } from 'react';
import { findingKey, type AcceptableFinding } from './finding-query.ts';

/** The findings that were accepted, by anybody before this page was drawn and on it since, so that each can be undone. */
export function useAccepted(
  before: readonly AcceptableFinding[],
): readonly [readonly AcceptableFinding[], (finding: AcceptableFinding, accepted: boolean) => void] {
  const [marks, setMarks] = useState<ReadonlyMap<string, { finding: AcceptableFinding; accepted: boolean }>>(new Map());
  const accepted = [
    ...before.filter((finding) => !marks.has(findingKey(finding))),
    ...[...marks.values()].filter((mark) => mark.accepted).map(({ finding }) => finding),
  ];
  const mark = (finding: AcceptableFinding, isAccepted: boolean): void =>
    setMarks(new Map(marks).set(findingKey(finding), { finding, accepted: isAccepted }));
  return [accepted, mark];
}

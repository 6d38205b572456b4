import type { SessionDate } from '@aion/core';
import { loadCalendar } from '@aion/market';
import type { SourceName } from '@aion/market/sources';
import type { Embedded } from '@aion/runtime';
import { fetchFlags, fetchRecords, type Sources } from '@aion/jobs/sources';
import { type importRecordFile } from '@aion/runtime/sources';
import { count, named } from '../session.ts';

type Records = Awaited<ReturnType<typeof fetchRecords>>;
type Flags = Awaited<ReturnType<typeof fetchFlags>>;
type File = Awaited<ReturnType<typeof importRecordFile>>[number];

export function fetchRecordsOf(
  embedded: Embedded,
  sources: Sources,
  request: Parameters<typeof fetchRecords>[1],
  only: SourceName | undefined,
): Promise<Records> {
  const { items, objects, clock } = embedded;
  return fetchRecords({ items, objects, clock, sources }, request, only);
}

/** The lists of the session of a day, or of the next one. */
export function fetchFlagsOf(embedded: Embedded, sources: Sources, date: SessionDate): Promise<Flags> {
  const { items, objects, clock } = embedded;
  const calendar = loadCalendar('NSE');
  const session = calendar.isSession(date) ? date : calendar.nextSession(date);
  return fetchFlags({ items, objects, clock, sources }, session);
}

const REASONS = 5;

export function describeRecords(kind: string, { answers, failures }: Records): string {
  const lines = answers.flatMap(({ source, stored, duplicates, rejected, unreadable }) => {
    const bad = [
      ...unreadable.map(({ what, why }) => `${what}: ${why}`),
      ...rejected.map(({ id, why }) => `${id}: ${why}`),
    ];
    return [
      `  ✓  ${source}: ${count(stored)} ${kind} stored, ${count(duplicates)} known already, ${count(bad.length)} rejected`,
      ...bad.slice(0, REASONS).map((reason) => `       ${reason}`),
    ];
  });
  return [...lines, ...failures.map(({ source, message }) => `  –  ${named(source, message)}`)].join('\n');
}

export function describeFlags({ session, lists, results, refused }: Flags): string {
  return [
    `Flags of ${session}`,
    ...lists.map(({ flag, entries, changes }) => `  ✓  ${flag}: ${count(entries)} entries, ${count(changes)} changes`),
    ...refused.map(({ flag, why }) => `  ✗  ${flag}: refused: ${why}`),
    ...(results === null
      ? []
      : [`  ✓  results: ${count(results.stored)} stored, ${count(results.duplicates)} known already`]),
  ].join('\n');
}

export function describeFile({ name, kind, rows, stored, duplicates, rejected, unreadable }: File): string {
  const bad = [
    ...unreadable.map(({ what, why }) => `${what}: ${why}`),
    ...rejected.map(({ id, why }) => `${id}: ${why}`),
  ];
  return [
    `  ✓  ${name}: ${count(rows)} rows (${kind}): ${count(stored)} stored, ${count(duplicates)} known already, ${count(bad.length)} rejected`,
    ...bad.slice(0, REASONS).map((reason) => `       ${reason}`),
  ].join('\n');
}

import type { BarsResult } from '@aion/jobs/sources';
import { count, named } from '../session.ts';

/** Whether nothing came of a symbol: an error, or no source that has it. */
export const hasFailed = ({ answers, failed }: BarsResult): boolean => failed !== undefined || answers.length === 0;

export function describeBars(result: BarsResult): string {
  const { symbol, sessions, last, answers, failures, issues, stored, quarantined, failed } = result;
  const lines = [sessions === undefined ? symbol : `${symbol}: ${count(sessions)} sessions`];
  for (const { source, bars, actions, rejected } of answers) {
    const aside = rejected.length === 0 ? '' : `, ${rejected.length} set aside`;
    lines.push(
      `  ✓  ${source}: ${bars === undefined ? `${actions?.length ?? 0} actions` : `${count(bars)} bars`}${aside}`,
    );
  }
  for (const { source, message } of failures) lines.push(`  –  ${named(source, message)}`);
  if (failed !== undefined) lines.push(`  ✗  ${failed.message}`);
  if (quarantined > 0) lines.push(`  !  ${count(quarantined)} rows were given wrongly and are in quarantine`);
  for (const { message } of issues.slice(0, 10)) lines.push(`  !  ${message}`);
  if (issues.length > 10) lines.push(`  !  and ${issues.length - 10} more disagreements`);
  if (last !== undefined)
    lines.push(`     last close ${last.close} on ${last.date} (${last.source}, ${last.chosenBy})`);
  if (stored !== null) {
    const whose = stored.source === '' ? '' : ` of ${stored.source}`;
    lines.push(`     ${count(stored.stored)} rows${whose} stored`);
    for (const { why } of stored.withheld.slice(0, 10)) lines.push(`  ✗  not stored: ${why}`);
    if (stored.withheld.length > 10) lines.push(`  ✗  and ${stored.withheld.length - 10} more sessions not stored`);
  }
  return lines.join('\n');
}

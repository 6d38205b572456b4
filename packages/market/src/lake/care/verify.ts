import { type Exchange, errorMessage } from '@aion/core';
import type { BarTable } from '../../bars.ts';
import { mergeTables } from '../../table-merge.ts';
import { makeContentSum } from '../content-sum.ts';
import type { LakeManifest, LakePorts } from '../manifest.ts';
import { dayBounds } from '../partition-split.ts';

export interface VerifyReport {
  readonly market: Exchange;
  readonly series: string;
  readonly objects: number;
  readonly rows: number;
  readonly bytes: number;
  /** What is wrong, each with the object it is about. Empty: the lake is whole. */
  readonly problems: readonly string[];
}

/**
 * Reads every object of a manifest again: its bytes against the hash in its key, its rows and days against the manifest, and all
 * bars together against the manifest's sum and its count for each day.
 */
export async function verifyLake(
  ports: LakePorts,
  manifest: LakeManifest,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<VerifyReport> {
  const problems: string[] = [];
  const sum = makeContentSum();
  const bars = new Map<number, number>();
  let [done, bytes] = [0, 0];
  for (const partition of new Set(manifest.objects.map((object) => object.partition))) {
    const tables: BarTable[] = [];
    for (const object of manifest.objects.filter((one) => one.partition === partition)) {
      onProgress(done++, manifest.objects.length);
      if (!object.key.includes(object.sha256))
        problems.push(`${object.key}: the key does not hold the hash ${object.sha256}`);
      try {
        // The store compares the bytes with the hash in the key.
        const content = await ports.objects.get(object.key);
        bytes += content.length;
        if (content.length !== object.bytes)
          problems.push(`${object.key}: ${content.length} bytes, the manifest says ${object.bytes}`);
        const table = await ports.codec.decode(content);
        const [low, high] = dayBounds(table.sessionDay);
        if (table.symbolIndex.length !== object.rows)
          problems.push(`${object.key}: ${table.symbolIndex.length} rows, the manifest says ${object.rows}`);
        if (low !== object.firstDay || high !== object.lastDay)
          problems.push(
            `${object.key}: days ${low} to ${high}, the manifest says ${object.firstDay} to ${object.lastDay}`,
          );
        tables.push(table);
      } catch (error) {
        problems.push(`${object.key}: ${errorMessage(error)}`);
      }
    }
    const { table } = mergeTables(tables, true);
    sum.add(table);
    for (const day of table.sessionDay) bars.set(day, (bars.get(day) ?? 0) + 1);
  }
  if (problems.length === 0) {
    if (manifest.content !== null && sum.hex() !== manifest.content)
      problems.push(`the bars have the sum ${sum.hex()}, the manifest says ${manifest.content}`);
    const wrong = manifest.sessionDays.filter((day, i) => (bars.get(day) ?? 0) !== manifest.sessionBars[i]);
    if (wrong.length > 0 || bars.size !== manifest.sessionDays.length)
      problems.push(`${wrong.length || 'some'} days do not have the number of bars that the manifest says`);
  }
  return {
    market: manifest.market,
    series: manifest.series,
    objects: manifest.objects.length,
    rows: [...bars.values()].reduce((all, count) => all + count, 0),
    bytes,
    problems,
  };
}

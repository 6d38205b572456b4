import { type Exchange, fromEpochDay } from '@aion/core';
import { PRICE_COLUMNS } from '../bar-columns.ts';
import type { BarTable, SeriesName } from '../bars.ts';
import type { FileDefect } from '../defects.ts';
import { type LakeManifest, type LakePorts, readManifest } from '../lake/manifest.ts';
import { makeOriginRanks, rankOfSource } from '../lake/origin-rank.ts';
import { dayBounds } from '../lake/partition-split.ts';
import { readTable } from '../lake/read.ts';
import { partitionOf } from '../lake/series.ts';
import { mergeTables } from '../table-merge.ts';
import type { CheckedBars, SeriesRows } from './read-file.ts';

/** What a file's bars are held against before anything of it is stored. */
export interface Admission {
  /** Why a file cannot go into the lake as it stands; undefined when it can. `source` is that of its bars. */
  refuse(content: CheckedBars, source: string, replace: boolean): Promise<FileDefect | undefined>;
  /** After something was stored: the next file is held against what is stored then. */
  forget(): void;
}

export function makeAdmission(ports: LakePorts, market: Exchange): Admission {
  const manifests = new Map<SeriesName, LakeManifest>();
  const manifestOf = async (series: SeriesName): Promise<LakeManifest> => {
    const known = manifests.get(series) ?? (await readManifest(ports, market, series));
    manifests.set(series, known);
    return known;
  };
  return {
    async refuse({ layout, series }, source, replace) {
      for (const part of series) {
        const defect = refuseArchivedRows(await manifestOf(part.series), part);
        if (defect !== undefined) return defect;
      }
      if (layout.name !== 'plain-daily' || replace) return undefined;
      for (const part of series) {
        const defect = await refuseAdjusted(ports, await manifestOf(part.series), part, source);
        if (defect !== undefined) return defect;
      }
      return undefined;
    },
    forget: () => manifests.clear(),
  };
}

/** Without the archived bars nobody can say which of the rows are known already. */
function refuseArchivedRows(manifest: LakeManifest, { series, table }: SeriesRows): FileDefect | undefined {
  const archived = new Set(manifest.objects.filter((object) => object.archived).map(({ partition }) => partition));
  if (archived.size === 0) return undefined;
  const needed = new Set([...new Set(table.sessionDay)].map((day) => partitionOf(series, day)));
  const both = [...needed].filter((partition) => archived.has(partition)).sort();
  if (both.length === 0) return undefined;
  return {
    code: 'archived',
    message:
      `it has rows of ${both.join(', ')}, whose ${manifest.market} ${series} bars are archived; bring them back with ` +
      `\`aion lake restore --series ${series} --partition ${both.join(' ')}\` and import the file again, or leave those rows out`,
  };
}

/** Differing bars that stand to the stored ones of their symbol in one ratio: so many, of so many, are an adjustment. */
const RATIO_ROWS = 100;
const RATIO_SHARE = 0.2;
/** Within a symbol fewer rows than this in a ratio may be chance. */
const RATIO_RUN = 10;
/** Ratios no further apart than this are one; closer to 1 they may be rounding. */
const RATIO_STEP = 0.002;
const RATIO_LEAST = 0.01;
/** So many differing prices, of so many, are other bars, whatever their ratios. */
const OTHER_ROWS = 500;
const OTHER_SHARE = 0.5;

/**
 * Adjusted bars have the columns of raw ones. What gives them away is that they differ from stored bars at most places, and in one
 * ratio between two actions. Only stored bars that would stay are looked at.
 */
async function refuseAdjusted(
  ports: LakePorts,
  manifest: LakeManifest,
  { series, table }: SeriesRows,
  source: string,
): Promise<FileDefect | undefined> {
  const { sessionDays, symbols } = manifest;
  const [fromDay, toDay] = dayBounds(table.sessionDay);
  const held = new Set(symbols);
  const common = table.symbols.filter((symbol) => held.has(symbol));
  if (common.length === 0 || !sessionDays.some((day) => day >= fromDay && day <= toDay)) return undefined;
  // None of its rows are of an archived partition: one that lies between them need not be read.
  const readable = { ...manifest, objects: manifest.objects.filter((object) => object.archived !== true) };
  const stored = await readTable(ports, readable, { symbols: common, fromDay, toDay, provenance: true });
  const found = await compare(ports, manifest.market, stored, table, rankOfSource(source));
  const { rows, differing, inRatio, example } = found;
  const isRatio = inRatio >= RATIO_ROWS && differing > RATIO_SHARE * rows;
  const isOther = differing >= OTHER_ROWS && differing > OTHER_SHARE * rows;
  if (!(isRatio || isOther) || example === undefined) return undefined;
  const what = isRatio ? `, ${inRatio} of them in one ratio to the stored bars of their symbol` : '';
  return {
    code: 'adjusted',
    message:
      `${differing} of the ${rows} bars that the ${series} store holds too have other prices${what}, e.g. ${example}: adjusted ` +
      'prices, or other instruments? Give the raw bars as the exchange published them; --replace takes these in place of the stored',
  };
}

interface Comparison {
  readonly rows: number;
  readonly differing: number;
  readonly inRatio: number;
  readonly example: string | undefined;
}

async function compare(
  ports: LakePorts,
  market: Exchange,
  stored: BarTable,
  table: BarTable,
  rank: number,
): Promise<Comparison> {
  const ranks = makeOriginRanks(ports.items, market);
  const { provenance } = stored;
  await ranks.load(provenance?.ids ?? []);
  const givesWay = (provenance?.ids ?? []).map((id) => (ranks.of(id) ?? Infinity) < rank);
  const stays = (row: number): boolean => provenance === undefined || givesWay[provenance.index[row]!] !== true;
  const { duplicateOf, conflicts } = mergeTables([stored, table], false);
  const offset = stored.symbolIndex.length;
  let rows = duplicateOf.reduce((sum, row) => sum + (stays(row) ? 1 : 0), 0);
  let differing = 0;
  const runs = new Map<string, number>();
  let example: { readonly text: string; readonly distance: number } | undefined;
  for (const { keptRow, lostRow } of conflicts) {
    if (!stays(keptRow)) continue;
    rows++;
    const row = lostRow - offset;
    if (samePrices(stored, keptRow, table, row)) continue;
    differing++;
    const symbol = table.symbols[table.symbolIndex[row]!]!;
    const ratio = Math.log(table.close[row]! / stored.close[keptRow]!);
    const distance = Math.abs(ratio);
    if (distance >= RATIO_LEAST) {
      const run = `${symbol} ${Math.round(ratio / RATIO_STEP)}`;
      runs.set(run, (runs.get(run) ?? 0) + 1);
    }
    if (example === undefined || distance > example.distance) {
      const date = fromEpochDay(table.sessionDay[row]!);
      example = { text: `${symbol} ${date}: close ${table.close[row]}, stored ${stored.close[keptRow]}`, distance };
    }
  }
  const inRatio = [...runs.values()].filter((count) => count >= RATIO_RUN).reduce((sum, count) => sum + count, 0);
  return { rows, differing, inRatio, example: example?.text };
}

/** What was traded says nothing about an adjustment, and vendors count it differently. */
/** Prices that went through 32-bit numbers, or were rounded to two decimals, are the same prices. */
const NOISE_FRAC = 0.0005;

function samePrices(a: BarTable, rowA: number, b: BarTable, rowB: number): boolean {
  return PRICE_COLUMNS.every((column) => Math.abs(a[column][rowA]! / b[column][rowB]! - 1) <= NOISE_FRAC);
}

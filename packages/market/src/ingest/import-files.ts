import { type Exchange, errorMessage, fromEpochDay, invariant, sha256Hex, sha256OfBytes, toEpochDay } from '@aion/core';
import type { SeriesName } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { saveActions } from '../actions/index.ts';
import type { FileDefectCode } from '../defects.ts';
import { addObservations, dayOfFile, indexOfFile, saveMemberList, saveObservations } from '../identity/index.ts';
import type { SymbolObservation } from '../parse/symbol-observer.ts';
import { saveInstruments } from '../instruments.ts';
import { type Instrument } from '../instrument.ts';
import { describeManifest, readManifest } from '../lake/manifest.ts';
import { saveOrigin } from '../lake/origins.ts';
import { attachRows } from '../quarantine/attach-rows.ts';
import { quarantineFile } from '../quarantine/quarantine.ts';
import { DEFAULT_CAPS, type UnpackCaps, UnpackRefusal, type UnpackedFile } from '../unpack.ts';
import { makeAdmission } from './admission.ts';
import { type FileContent, type StatedBars, readFileContent, statedBars } from './read-file.ts';
import { type FileReport, type ImportReport, addCounts } from './report.ts';
import type { IngestPorts } from './ingest-ports.ts';
import { emptyReport, keepDefects, reportStored } from './report-stored.ts';
import { makeStaging } from './staging.ts';

/** A file to import. `read` is called once, when its turn comes. */
export interface ImportFile {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

export interface ImportOptions extends StatedBars {
  readonly market?: Exchange;
  /** Bars that differ from stored ones replace them; otherwise the stored stay and the new are quarantined. */
  readonly replace?: boolean;
  /** Where the files come from; unless given, the exchange's own files are `nse_bhavcopy` and others `upload`. */
  readonly source?: string;
  readonly caps?: UnpackCaps;
  /** Takes what is right of a file of which much is wrong; otherwise such a file is refused. */
  readonly acceptDefects?: boolean;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly done: number;
  readonly total: number;
  readonly file: string;
  readonly phase: 'reading' | 'storing';
}

const CSV = /\.csv(\.gz)?$/i;
const ZIP = /\.zip$/i;
// Rows held back before they are stored: bounds the memory of importing a folder of any size.
const STAGED_ROWS = 3_000_000;

/**
 * Imports bhavcopies, plain bars, corporate actions and instrument lists. A bad file never stops the others, a bad
 * row never stops its file; the report and the quarantine say what was left out and why. The order in which the files
 * are given makes no difference, and importing them again changes nothing.
 *
 * @example
 * const report = await importFiles(ports, [{ name: 'infy.csv', read: () => readFile('infy.csv') }], { market: 'NSE' });
 */
export async function importFiles(
  ports: IngestPorts,
  files: readonly ImportFile[],
  options: ImportOptions = {},
): Promise<ImportReport> {
  const market = options.market ?? 'NSE';
  const calendar = loadCalendar(market);
  const importedMs = ports.clock.nowMs();
  const staging = makeStaging(ports, market, options.replace ?? false);
  const admission = makeAdmission(ports, market);
  const reports: FileReport[] = [];
  const observations = new Map<string, SymbolObservation>();
  const ordered = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

  const refuse = async (name: string, hash: string, code: FileDefectCode, why: string): Promise<void> => {
    await quarantineFile(ports, market, name, importedMs, hash, { code, message: why });
    reports.push({ ...emptyReport(name), status: 'refused', code, why });
  };
  const store = async (): Promise<void> => {
    for (const stored of await staging.commit()) reports.push(await reportStored(ports, market, importedMs, stored));
    admission.forget();
  };

  for (const [done, file] of ordered.entries()) {
    options.onProgress?.({ done, total: ordered.length, file: file.name, phase: 'reading' });
    const ignored = whyIgnored(file.name, market);
    if (ignored !== undefined) {
      reports.push({ ...emptyReport(file.name), status: 'ignored', why: ignored });
      continue;
    }
    let packed: Uint8Array | undefined;
    let entries: readonly UnpackedFile[];
    try {
      packed = await file.read();
      entries = await ports.unpack(file.name, packed, options.caps ?? DEFAULT_CAPS);
    } catch (error) {
      const code = error instanceof UnpackRefusal ? error.code : 'unreadable';
      const hash = packed === undefined ? sha256Hex(file.name) : fingerprint(packed);
      await refuse(file.name, hash, code, errorMessage(error));
      continue;
    }
    for (const entry of entries) {
      const skipped = entry.name === file.name || entries.length === 1 ? undefined : whyIgnored(entry.name, market);
      if (skipped !== undefined) {
        reports.push({ ...emptyReport(entry.name), status: 'ignored', why: skipped });
        continue;
      }
      const content = readFileContent(entry.bytes, {
        calendar,
        clock: ports.clock,
        acceptDefects: options.acceptDefects ?? false,
        ...statedBars(options),
      });
      if (content.kind === 'refused') {
        await refuse(entry.name, fingerprint(entry.bytes), content.defect.code, content.defect.message);
      } else if (content.kind === 'bars') {
        const source = options.source ?? (content.layout.oneSession ? `${market.toLowerCase()}_bhavcopy` : 'upload');
        const defect = await admission.refuse(content, source, options.replace ?? false);
        if (defect !== undefined) {
          await refuse(entry.name, fingerprint(entry.bytes), defect.code, defect.message);
          continue;
        }
        const sha256 = await sha256OfBytes(entries.length === 1 ? packed : entry.bytes);
        const origin = await saveOrigin(ports.items, market, { source, name: entry.name, sha256, importedMs });
        addObservations(observations, content.observed);
        staging.add(entry.name, { ...content, defects: attachRows(entry.bytes, content.defects) }, origin);
        if (staging.rows() > STAGED_ROWS) await store();
      } else {
        reports.push(await storeOther(ports, market, importedMs, entry.name, content));
      }
    }
  }
  options.onProgress?.({ done: ordered.length, total: ordered.length, file: '', phase: 'storing' });
  await store();
  await saveObservations(ports, market, [...observations.values()]);
  return summarise(ports, market, reports);
}

/** Files that are left alone by their name alone. */
function whyIgnored(name: string, market: Exchange): string | undefined {
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (base.startsWith('.') || base.startsWith('__MACOSX')) return 'hidden file';
  if (market === 'NSE' && /^us_/i.test(base))
    return 'bars of the US market; this import is for NSE: import them for US';
  if (CSV.test(base) || ZIP.test(base)) return undefined;
  return 'not a .csv, .csv.gz or .zip file';
}

/** Hash of a file's length and ends: tells refused files apart without hashing a gigabyte. */
function fingerprint(bytes: Uint8Array): string {
  const ends = new Uint8Array(Math.min(bytes.length, 131_072));
  ends.set(bytes.subarray(0, 65_536));
  if (bytes.length > 65_536) ends.set(bytes.subarray(-Math.min(65_536, bytes.length - 65_536)), 65_536);
  return sha256Hex(`${bytes.length}:${sha256Hex(ends)}`);
}

type OtherContent = Exclude<FileContent, { kind: 'refused' } | { kind: 'bars' }>;

async function storeOther(
  ports: IngestPorts,
  market: Exchange,
  importedMs: number,
  name: string,
  content: OtherContent,
): Promise<FileReport> {
  if (content.kind === 'ignored') {
    const layout = content.layout === undefined ? {} : { layout: content.layout };
    return { ...emptyReport(name), status: 'ignored', why: content.why, ...layout };
  }
  const given = content.kind === 'instruments' ? content.instruments.length : content.actions.length;
  const stored =
    content.kind === 'instruments'
      ? await saveInstruments(ports, market, content.instruments)
      : await saveActions(ports, market, content.actions, { source: 'import', recordedMs: importedMs });
  if (content.kind === 'instruments') await keepMembers(ports, market, importedMs, name, content.instruments);
  const quarantined = await keepDefects(ports, market, importedMs, name, content.defects);
  return {
    ...emptyReport(name),
    status: 'imported',
    layout: content.kind,
    rows: content.rows,
    stored,
    duplicates: content.duplicates + given - stored,
    combined: content.kind === 'actions' ? content.combined : 0,
    quarantined,
  };
}

/** A constituent list is also the membership of its index on its day; a file without a date speaks of the day it came. */
async function keepMembers(
  ports: IngestPorts,
  market: Exchange,
  importedMs: number,
  name: string,
  instruments: readonly Instrument[],
): Promise<void> {
  const index = indexOfFile(name);
  if (index === undefined) return;
  const date = dayOfFile(name) ?? loadCalendar(market).dateAt(importedMs);
  const members = instruments.map(({ symbol, isin, sector }) => ({
    symbol,
    ...(isin !== undefined && { isin }),
    ...(sector !== undefined && { sector }),
  }));
  await saveMemberList(ports, market, { index, asOfDay: toEpochDay(date), knownMs: importedMs, source: name, members });
}

async function summarise(ports: IngestPorts, market: Exchange, reports: FileReport[]): Promise<ImportReport> {
  const manifest = await readManifest(ports, market, 'daily' satisfies SeriesName);
  const { symbols, sessions, firstDay, lastDay } = describeManifest(manifest);
  const quarantined: Record<string, number> = {};
  const skippedBySeries: Record<string, number> = {};
  for (const report of reports) {
    addCounts(quarantined, report.quarantined);
    addCounts(skippedBySeries, report.skippedBySeries);
  }
  const sum = (pick: (report: FileReport) => number): number => reports.reduce((all, one) => all + pick(one), 0);
  const files = reports.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const { rows, stored, duplicates, combined, quarantined: aside, skippedBySeries: skipped, name } of files) {
    const accounted = [aside, skipped].flatMap((counts) => Object.values(counts)).reduce((a, b) => a + b, 0);
    invariant(
      rows === stored + duplicates + combined + accounted,
      `of ${rows} rows of ${name} some are unaccounted for`,
    );
  }
  return {
    files,
    rows: sum(({ rows }) => rows),
    stored: sum(({ stored }) => stored),
    replaced: sum(({ replaced }) => replaced),
    duplicates: sum(({ duplicates }) => duplicates),
    quarantined,
    skippedBySeries,
    refused: files.filter(({ status }) => status === 'refused').length,
    ignored: files.filter(({ status }) => status === 'ignored').length,
    symbols,
    sessions,
    firstSession: firstDay === null ? null : fromEpochDay(firstDay),
    lastSession: lastDay === null ? null : fromEpochDay(lastDay),
    manifestHash: manifest.hash,
  };
}

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { unpackArchive } from '@aion/adapters/archive/unpack';
import { AppError } from '@aion/core';
import {
  type AppendReport,
  appendRecords,
  readRecordFile,
  type RecordPorts,
  type RejectedRecord,
} from '@aion/market/records';

export interface RecordFileReport extends AppendReport {
  readonly name: string;
  readonly kind: 'macro' | 'social';
  readonly rows: number;
  readonly unreadable: readonly RejectedRecord[];
}

/** Imports a file of macro series or of posts (.csv, .csv.gz, .zip) into the same store that sources fill. */
export async function importRecordFile(ports: RecordPorts, path: string): Promise<RecordFileReport[]> {
  const name = basename(path);
  const packed = await readFile(path).catch((cause: unknown) => {
    throw new AppError('bad_input', `there is no file "${path}" that can be read; check the path`, { cause });
  });
  const reports: RecordFileReport[] = [];
  for (const entry of await unpackArchive(name, packed)) {
    const file = readRecordFile(entry.name, entry.bytes, ports.clock.nowMs());
    const report = await appendRecords(ports, file.records);
    reports.push({ name: entry.name, kind: file.kind, rows: file.rows, unreadable: file.rejected, ...report });
  }
  return reports;
}

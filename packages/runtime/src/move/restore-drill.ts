import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@aion/core';
import { loadConfig } from '../embedded/load-config.ts';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import { exportState, type MoveProgress } from './export-state.ts';
import { importState } from './import-state.ts';
import { openEmbeddedMove, type OpenMove } from './open-move.ts';

export interface DrillReport {
  readonly from: string;
  readonly items: number;
  readonly objects: number;
  readonly stateHash: string;
  readonly recordEntries: number;
  readonly milliseconds: number;
}

/**
 * Takes everything out of a host, puts it into a new home that nobody else uses, and checks that the state is the same and that
 * the track record holds there; then throws the new home away. Throws AppError(corrupt) when it could not be lived from.
 */
export async function drillRestore(host: OpenMove, progress?: MoveProgress): Promise<DrillReport> {
  const startMs = performance.now();
  const place = mkdtempSync(join(tmpdir(), 'aion-drill-'));
  const target = openEmbeddedMove(loadConfig({ AION_HOME: join(place, 'home') }, place));
  try {
    const folder = join(place, 'state');
    const manifest = await exportState(host, folder, progress, { leaveMessages: true });
    const { items, objects, stateHash } = await importState(target, folder, progress);
    const record = await verifyStoredLedger({ items: target.items, ledgerSecret: await host.ledgerSecret() });
    if (!record.ok) {
      throw new AppError(
        'corrupt',
        `the restored track record does not hold: ${record.problems[0]}; see docs/runbooks/restore.md`,
      );
    }
    const milliseconds = Math.round(performance.now() - startMs);
    return { from: manifest.from, items, objects, stateHash, recordEntries: record.entries, milliseconds };
  } finally {
    target.close();
    rmSync(place, { recursive: true, force: true });
  }
}

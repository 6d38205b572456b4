import { AppError } from '@aion/core';
import { z } from 'zod';
import { nearestHint } from '../rules/nearest-names.ts';
import { BREAKOUT_SCANS } from './breakout.ts';
import { CONSOLIDATION_SCANS } from './consolidation.ts';
import { MOMENTUM_SCANS } from './momentum.ts';
import { PRESETS } from './presets.ts';
import { REVERSAL_SCANS } from './reversal.ts';
import { makeScanSet, type ScanSet, type WrittenPreset, type WrittenScan } from './scan.ts';
import { SMART_MONEY_SCANS } from './smart-money.ts';
import { TREND_SCANS } from './trend.ts';
import { VOLUME_SCANS } from './volume.ts';

/** Every scan that ships, family by family. */
export const READY_SCANS: readonly WrittenScan[] = [
  ...VOLUME_SCANS,
  ...BREAKOUT_SCANS,
  ...CONSOLIDATION_SCANS,
  ...REVERSAL_SCANS,
  ...TREND_SCANS,
  ...MOMENTUM_SCANS,
  ...SMART_MONEY_SCANS,
];

/**
 * What an operator sets about scanners: scans and presets of their own beside those that ship, and the preset that cuts the daily run's
 * universe further, if any. `{"scans": [{"id": "my-dip", "title": "My dip", "meaning": "…", "rule": {"column": "rsi14", "is": "below",
 * "than": 25}, "order": {"column": "rsi14", "first": "lowest"}}], "presets": [], "universePreset": null}`
 */
export const ScannerConfig = z.strictObject({
  scans: z.array(z.unknown()).max(200).default([]),
  presets: z.array(z.unknown()).max(100).default([]),
  universePreset: z.string().nullable().default(null),
});
export type ScannerConfig = z.infer<typeof ScannerConfig>;

/**
 * The scans and presets that ship and the operator's own.
 *
 * @throws AppError(bad_input) that names what is wrong with the operator's.
 * @example loadScanSet(ScannerConfig.parse({})).presets.map(({ id }) => id) // ['swing-candidates', 'breakouts', …]
 */
export function loadScanSet(config: ScannerConfig): ScanSet {
  const set = makeScanSet(
    [...READY_SCANS, ...(config.scans as WrittenScan[])],
    [...PRESETS, ...(config.presets as WrittenPreset[])],
  );
  if (config.universePreset !== null) presetOf(set, config.universePreset);
  return set;
}

/** A preset by its id. Throws AppError(bad_input) with the nearest names. */
export function presetOf(set: ScanSet, id: string): ScanSet['presets'][number] {
  const found = set.presets.find((preset) => preset.id === id);
  if (found !== undefined) return found;
  const names = set.presets.map((preset) => preset.id);
  throw new AppError(
    'bad_input',
    `there is no preset "${id}"${nearestHint(id, names)}; \`aion scan --list\` shows them all`,
  );
}

/** A scan by its id. Throws AppError(bad_input) with the nearest names. */
export function scanOf(set: ScanSet, id: string): ScanSet['scans'][number] {
  const found = set.scans.find((scan) => scan.id === id);
  if (found !== undefined) return found;
  const names = set.scans.map((scan) => scan.id);
  throw new AppError(
    'bad_input',
    `there is no scan "${id}"${nearestHint(id, names)}; \`aion scan --list\` shows them all`,
  );
}

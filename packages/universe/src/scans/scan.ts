import { AppError, SCAN_FAMILIES } from '@aion/core';
import { z } from 'zod';
import { excessOf } from '../rules/rule-size.ts';
import { columnsOfRule, Rule, type WrittenRule } from '../rules/rule.ts';
import { scanColumn } from '../rules/scan-column.ts';
import { requireReferences } from '../rules/scan-references.ts';
import { nearestHint } from '../rules/nearest-names.ts';

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected an id of lower-case letters, digits and dashes');
const Column = z.string().min(1).max(41);
const Words = z.string().trim().min(3).max(300);

export type Family = (typeof SCAN_FAMILIES)[number];

/** Which row comes first; ties go by symbol, and a row without the figure comes last. */
const Order = z.strictObject({ column: Column, first: z.enum(['highest', 'lowest']) });

/** What a match tells the event bus: its type, and which figure makes its score, linear from 0 at `from` to 1 at `to`. */
const AlertOf = z.strictObject({
  type: z.enum(['unusual_volume', 'price_breakout', 'momentum_shift']),
  column: Column,
  from: z.number(),
  to: z.number(),
});

/** A named rule with what it means. */
export const Scan = z.strictObject({
  id: Id,
  family: z.enum(SCAN_FAMILIES).default('own'),
  title: Words.max(60),
  meaning: Words,
  rule: Rule,
  order: Order,
  alert: AlertOf.optional(),
});
export type Scan = z.infer<typeof Scan>;
export type WrittenScan = Omit<z.input<typeof Scan>, 'rule'> & { readonly rule: WrittenRule };

/** Several scans together, behind the gates, cut to the strongest. It only ever leaves symbols out. */
export const Preset = z.strictObject({
  id: Id,
  title: Words.max(60),
  meaning: Words,
  /** Whether a symbol must have passed the gates of the universe. */
  gates: z.boolean().default(true),
  /** Scans that must all match, of which one must, of which none may. */
  all: z.array(Id).default([]),
  any: z.array(Id).default([]),
  none: z.array(Id).default([]),
  order: Order,
  top: z.int().positive().default(100),
});
export type Preset = z.infer<typeof Preset>;
export type WrittenPreset = z.input<typeof Preset>;

/** Columns that a scan reads: of its rule, its order and its alert. */
export function columnsOfScan({ rule, order, alert }: Scan): string[] {
  return [...new Set([...columnsOfRule(rule), order.column, ...(alert === undefined ? [] : [alert.column])])];
}

export interface ScanSet {
  readonly scans: readonly Scan[];
  readonly presets: readonly Preset[];
}

/**
 * Scans and presets as they were written, checked: every column and every scan that is named exists, every id is there once.
 *
 * @throws AppError(bad_input) that names what is wrong, with the nearest names.
 */
export function makeScanSet(scans: readonly WrittenScan[], presets: readonly WrittenPreset[]): ScanSet {
  const made = scans.map((scan) => parse(Scan, scan, 'scan'));
  const cut = presets.map((preset) => parse(Preset, preset, 'preset'));
  const seen = new Set<string>();
  for (const { id } of [...made, ...cut]) {
    if (seen.has(id)) throw new AppError('bad_input', `there are two scans or presets named "${id}"; rename one`);
    seen.add(id);
  }
  for (const scan of made) for (const name of columnsOfScan(scan)) requireColumn(name, `scan "${scan.id}"`);
  const ids = new Set(made.map(({ id }) => id));
  for (const preset of cut) {
    const named = [...preset.all, ...preset.any, ...preset.none];
    for (const id of named) {
      if (ids.has(id)) continue;
      throw new AppError('bad_input', `preset "${preset.id}" names an unknown scan "${id}"${nearestHint(id, ids)}`);
    }
    requireColumn(preset.order.column, `preset "${preset.id}"`);
  }
  return { scans: made, presets: cut };
}

function parse<T extends z.ZodType>(schema: T, written: unknown, what: string): z.infer<T> {
  const { id = 'without an id', rule } = (written ?? {}) as { readonly id?: unknown; readonly rule?: unknown };
  const excess = excessOf(rule);
  if (excess !== undefined) throw new AppError('bad_input', `the ${what} "${id}" cannot be used: rule: ${excess}`);
  const result = schema.safeParse(written);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || what}: ${message}`);
  throw new AppError('bad_input', `the ${what} "${id}" cannot be used: ${problems.join('; ')}`);
}

function requireColumn(name: string, where: string): void {
  try {
    scanColumn(name);
    requireReferences(name);
  } catch (cause) {
    if (cause instanceof AppError) throw new AppError(cause.code, `${where}: ${cause.message}`, { cause });
    throw cause;
  }
}

import type { Command } from 'commander';
import { type Exchange, AppError, toIso } from '@aion/core';
import {
  type ReleaseField,
  RELEASE_FIELDS,
  findQuarantine,
  listQuarantine,
  loadReviews,
  readQuarantine,
} from '@aion/market';
import { OPERATOR } from '@aion/jobs';
import { dismissQuarantined, releaseQuarantined } from '@aion/jobs/quarantine';
import { count, MARKET_OPTION, marketOf, print, withHome } from '../session.ts';

const LISTED_FILES = 200;

interface ReviewOptions {
  readonly file: string;
  readonly line: string;
  readonly why: string;
  readonly set: string[];
  readonly market: Exchange;
  readonly replace?: boolean;
  readonly json: boolean;
}

/** Rows that could not be used: look at them, correct and release them, or dismiss them for good. */
export function addQuarantineCommand(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('rows and files that were set aside: list, release, dismiss');
  quarantine
    .command('list')
    .description('files with rows set aside, newest first')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: { market: Exchange; json: boolean }) => {
      const market = marketOf(options);
      const { entries } = await withHome((embedded) =>
        listQuarantine(embedded.ingest, market, { limit: LISTED_FILES }),
      );
      print(options, { entries }, () =>
        entries.length === 0
          ? 'nothing is in quarantine'
          : entries
              .map(({ id, file, kind, rows, byCode, importedMs, message }) => {
                const what = kind === 'refused' ? 'REFUSED' : `${count(rows)} rows`;
                const codes = Object.entries(byCode)
                  .map(([code, n]) => `${code} ${n}`)
                  .join(', ');
                return `${id.slice(0, 12)}  ${toIso(importedMs)}  ${file}: ${what} (${codes})\n    ${message}`;
              })
              .join('\n'),
      );
    });
  quarantine
    .command('show')
    .description('the rows of one file that were set aside, as they stood in it')
    .argument('<id>', 'id from the list, or its beginning')
    .option('--file <name>', 'when the id stands for several files')
    .option('--limit <n>', 'rows shown', '50')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (id: string, options: { file?: string; limit: string; market: Exchange; json: boolean }) => {
      const market = marketOf(options);
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1)
        throw new AppError('bad_input', '--limit needs a whole number above 0');
      const { rows, reviews } = await withHome(async (embedded) => {
        const entry = await findQuarantine(embedded.ingest, market, id, options.file);
        return {
          rows: await readQuarantine(embedded.ingest, entry, limit),
          reviews: await loadReviews(embedded.ingest, market, entry),
        };
      });
      const shown = rows.map((row) => ({ ...row, review: reviews.get(row.line) ?? null }));
      print(options, { rows: shown }, () =>
        shown
          .map(({ line, code, message, row, review }) => {
            const state = review === null ? '' : `  [${review.decision} by ${review.by}: ${review.why}]`;
            return `line ${line} ${code}: ${message}${state}\n    ${row ?? ''}`;
          })
          .join('\n'),
      );
    });
  addReview(quarantine, 'release', 'store a row after all, with corrections, through the same checks');
  addReview(quarantine, 'dismiss', 'leave a row out for good');
}

function addReview(quarantine: Command, name: 'release' | 'dismiss', description: string): void {
  const command = quarantine
    .command(name)
    .description(description)
    .argument('<id>', 'id from the list, or its beginning')
    .requiredOption('--file <name>', 'the file')
    .requiredOption('--line <n>', 'the line of the row in it')
    .requiredOption('--why <text>', 'what was checked; kept')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false);
  if (name === 'release') {
    const collect = (value: string, all: string[]): string[] => [...all, value];
    command.option('--replace', 'take the place of a stored bar with other values', false);
    command.option('--set <field=value>', `a correction of ${RELEASE_FIELDS.join(', ')}; may be repeated`, collect, []);
  }
  command.action(async (id: string, options: ReviewOptions) => {
    const market = marketOf(options);
    const line = Number(options.line);
    if (!Number.isInteger(line) || line < 1) throw new AppError('bad_input', '--line needs a whole number above 0');
    const corrections = correctionsOf(options.set ?? []);
    const decision = { exchange: market, id, file: options.file, line, why: options.why, actor: OPERATOR };
    const made = await withHome((embedded) =>
      name === 'release'
        ? releaseQuarantined(embedded, { ...decision, replace: options.replace === true, corrections })
        : dismissQuarantined(embedded, decision),
    );
    print(options, made, () => (made.stored === undefined ? 'dismissed' : `released and stored: ${made.stored}`));
  });
}

function correctionsOf(given: readonly string[]): Partial<Record<ReleaseField, string>> {
  const corrections: Partial<Record<ReleaseField, string>> = {};
  for (const text of given) {
    const [field = '', value] = text.split('=', 2);
    const known = RELEASE_FIELDS.find((name) => name === field);
    if (known === undefined || value === undefined)
      throw new AppError(
        'bad_input',
        `--set needs field=value with one of ${RELEASE_FIELDS.join(', ')}; found "${text}"`,
      );
    corrections[known] = value;
  }
  return corrections;
}

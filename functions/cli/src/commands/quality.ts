import type { Command } from 'commander';
import { type Exchange, AppError, fromEpochDay } from '@aion/core';
import {
  type FolderAudit,
  type QualityIssue,
  type QualityReport,
  ISSUES,
  loadQualityReport,
  severityOf,
  withDisagreements,
} from '@aion/market';
import { listDisagreements } from '@aion/market/sources';
import { OPERATOR } from '@aion/jobs';
import { auditLake, decideFinding } from '@aion/jobs/quality';
import { auditPaths } from '@aion/runtime';
import { MARKET_OPTION, marketOf, count, fromCaller, print, say, withHome } from '../session.ts';

const DISAGREEMENTS = 500;

interface QualityOptions {
  readonly code?: string;
  readonly symbol?: string;
  readonly limit: string;
  readonly now: boolean;
  readonly market: Exchange;
  readonly json: boolean;
}

export function addQualityCommand(program: Command): void {
  const quality = program
    .command('quality')
    .description('what the checks find: in files and folders, or without paths in the stored bars')
    .argument('[paths...]', 'files or folders to look at; nothing of them is stored')
    .option('--code <code>', 'findings of this kind only')
    .option('--symbol <symbol>', 'findings of this symbol only')
    .option('--limit <n>', 'findings listed of each kind', '10')
    .option('--now', 'audit the stored bars afresh instead of showing the report of the last run', false)
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (paths: string[], options: QualityOptions, command: Command) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 0 || limit > 100_000)
        throw new AppError('bad_input', `--limit needs a number from 0 to 100000, found "${options.limit}"`);
      if (options.code !== undefined && !Object.hasOwn(ISSUES, options.code))
        throw new AppError(
          'bad_input',
          `"${options.code}" is no kind of finding; known are ${Object.keys(ISSUES).join(', ')}`,
        );
      // Without the option a file's own name says its market.
      const market = command.getOptionValueSource('market') === 'default' ? undefined : marketOf(options);
      if (paths.length > 0) await showFiles(paths, options, { limit, market });
      else await showLake(options, limit);
    });
  addDecision(quality, 'accept', 'a finding is in order (a real fall, a demerger): it holds its symbol back no longer');
  addDecision(quality, 'revoke', 'take an acceptance back');
}

function addDecision(quality: Command, name: 'accept' | 'revoke', description: string): void {
  quality
    .command(name)
    .description(description)
    .argument('<code>', 'kind of the finding, e.g. unexplained_jump')
    .argument('<symbol>')
    .argument('<date>', 'its session, YYYY-MM-DD')
    .requiredOption('--why <text>', 'what was checked; kept')
    .option('--json', 'print as JSON', false)
    .action(async (code: string, symbol: string, date: string, own: { why: string }, command: Command) => {
      // The same option of the command above takes it first.
      const options = { ...own, json: command.optsWithGlobals<{ json: boolean }>().json };
      const exchange = marketOf(command.optsWithGlobals<{ market: Exchange }>());
      const decision = await withHome((embedded) =>
        decideFinding(
          embedded,
          { exchange, code, symbol, sessionDate: date, why: own.why, revoke: name === 'revoke', actor: OPERATOR },
          () => auditLake(embedded, exchange),
        ),
      );
      print(
        options,
        decision,
        () => `${name === 'accept' ? 'accepted' : 'revoked'}; the next run takes it into account`,
      );
    });
}

async function showFiles(
  paths: readonly string[],
  options: QualityOptions,
  { limit, market }: { readonly limit: number; readonly market: Exchange | undefined },
): Promise<void> {
  const startedMs = performance.now();
  const audit = await auditPaths(paths.map(fromCaller), {
    ...(market === undefined ? {} : { market }),
    onProgress: (done, total, name) => say(`${done + 1}/${total} ${name}`, { transient: true }),
  });
  say('', { transient: true });
  const wanted = (issue: QualityIssue): boolean =>
    (options.code === undefined || issue.code === options.code) &&
    (options.symbol === undefined || issue.symbol === options.symbol.toUpperCase());
  const listed = (issues: readonly QualityIssue[]) => issues.filter(wanted).map(asJson);
  const value = {
    byCode: audit.byCode,
    files: audit.files.map((file) => ({ ...file, issues: listed(file.issues) })),
    between: listed(audit.between),
    comparisons: audit.comparisons,
    unreadable: audit.unreadable,
    milliseconds: Math.round(performance.now() - startedMs),
  };
  print(options, value, () => describeFiles(audit, wanted, limit));
}

const asJson = ({ day, toDay, ...issue }: QualityIssue) => ({
  ...issue,
  severity: severityOf(issue.code),
  ...(day !== undefined && { sessionDate: fromEpochDay(day) }),
  ...(toDay !== undefined && { toSessionDate: fromEpochDay(toDay) }),
});

function describeFiles(audit: FolderAudit, wanted: (issue: QualityIssue) => boolean, limit: number): string {
  const lines = audit.files.map(({ name, kind, rows, ingest, issues }) => {
    const aside = Object.entries(ingest).map(([code, n]) => `${code} ${n}`);
    const held = aside.length === 0 ? '' : `; INGEST sets aside ${aside.join(', ')}`;
    return `${name}: ${kind}, ${count(rows)} rows${held}; ${count(issues.length)} findings`;
  });
  const all = [
    ...audit.files.flatMap((file) => file.issues.map((issue) => ({ issue, name: file.name }))),
    ...audit.between.map((issue) => ({ issue, name: 'between files' })),
  ];
  for (const [code, total] of Object.entries(audit.byCode)) {
    const found = all.filter(({ issue }) => issue.code === code && wanted(issue));
    if (found.length === 0) continue;
    const { severity, title } = ISSUES[code as keyof typeof ISSUES];
    lines.push('', `${severity.toUpperCase()} ${code} (${count(total ?? 0)}): ${title}`);
    for (const { issue, name } of found.slice(0, limit)) lines.push(`  ${name}: ${issue.message}`);
    if (found.length > limit) lines.push(`  … ${count(found.length - limit)} more (--limit, --code, --symbol)`);
  }
  if (audit.comparisons.length > 0) lines.push('', 'Sources against each other (closes that agree within 0.5%):');
  for (const { a, b, symbols, commonDays, agreeingFrac } of audit.comparisons) {
    lines.push(
      `  ${a} · ${b}: ${symbols} symbols, ${count(commonDays)} days, ${(100 * agreeingFrac).toFixed(2)}% agree`,
    );
  }
  return lines.join('\n');
}

async function showLake(options: QualityOptions, limit: number): Promise<void> {
  const market = marketOf(options);
  const report = await withHome(async (embedded) => {
    const found = options.now ? undefined : await loadQualityReport(embedded.ingest, market);
    const made = found ?? (await auditLake(embedded, market));
    return made && withDisagreements(made, await listDisagreements(embedded.items, market, DISAGREEMENTS));
  });
  if (report === undefined)
    throw new AppError('missing_data', 'no bars are stored yet; import some, or name files to look at');
  const wanted = (issue: QualityReport['issues'][number]): boolean =>
    (options.code === undefined || issue.code === options.code) &&
    (options.symbol === undefined || issue.symbol === options.symbol.toUpperCase());
  const shown = { ...report, issues: report.issues.filter(wanted) };
  print(options, shown, () => describeReport(shown, limit));
}

function describeReport(report: QualityReport, limit: number): string {
  const held = report.symbols.filter(({ heldBack }) => heldBack);
  const lines = [
    `${report.sessionDate}: ${count(report.series)} series, ${count(report.bars)} bars, mean score ${report.meanScore} of 100`,
    `${count(report.explainedJumps)} jumps explained by corporate actions; ${held.length} symbols held back`,
  ];
  for (const { code, title, severity, count: total } of report.byCode) {
    const found = report.issues.filter((issue) => issue.code === code);
    if (found.length === 0) continue;
    lines.push('', `${severity.toUpperCase()} ${code} (${count(total)}): ${title}`);
    for (const { message } of found.slice(0, limit)) lines.push(`  ${message}`);
    if (found.length > limit) lines.push(`  … ${count(found.length - limit)} more`);
  }
  const low = report.days.filter(({ score }) => score < 90).slice(-limit);
  if (low.length > 0) lines.push('', 'Sessions with a score below 90:');
  for (const { sessionDate, score, symbols, usual } of low)
    lines.push(`  ${sessionDate}  ${String(score).padStart(3)}  ${count(symbols)} symbols, usually ${count(usual)}`);
  return lines.join('\n');
}

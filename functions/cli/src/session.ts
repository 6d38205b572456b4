import { resolve } from 'node:path';
import { Option } from 'commander';
import { AppError, type Clock, type ItemTable, type ObjectStore, type Queue, type Exchange } from '@aion/core';
import type { IngestPorts } from '@aion/market';
import { composeEmbedded, embeddedBillingQueue, loadConfig, type Embedded } from '@aion/runtime';

/** Where the caller stood: npm runs scripts in the project's folder and keeps the caller's in INIT_CWD. */
export const callerFolder = process.env['INIT_CWD'] ?? process.cwd();

export const fromCaller = (path: string): string => resolve(callerFolder, path);

export interface Output {
  readonly json: boolean;
}

/** Opens the home, does the work and closes it, whatever happens. */
export async function withHome<T>(work: (embedded: Embedded) => Promise<T>): Promise<T> {
  const embedded = composeEmbedded(loadConfig(process.env, process.cwd()));
  try {
    return await work(embedded);
  } finally {
    embedded.close();
  }
}

/** One JSON line as the last line of stdout, or text for people. */
export function print(output: Output, value: unknown, text: () => string): void {
  process.stdout.write(`${output.json ? JSON.stringify(value) : text()}\n`);
}

/** Progress goes to stderr, so that stdout stays machine-readable; on a terminal the line is rewritten in place. */
export function say(line: string, options: { transient?: boolean } = {}): void {
  const live = process.stderr.isTTY === true;
  if (options.transient === true && !live) return;
  process.stderr.write(live ? `\r\u001b[2K${line}${options.transient === true ? '' : '\n'}` : `${line}\n`);
}

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof AppError)) return 70;
  switch (error.code) {
    case 'bad_input':
    case 'outside_calendar':
    case 'too_large':
      return 2;
    case 'not_found':
    case 'missing_data':
      return 3;
    case 'conflict':
    case 'lease_lost':
      return 4;
    case 'corrupt':
      return 5;
    case 'no_space':
      return 6;
    default:
      return 1;
  }
}

/** A message with the name of who it is of in front, unless it stands there already. */
export const named = (name: string, message: string): string =>
  message.startsWith(`${name}: `) ? message : `${name}: ${message}`;

/** The reason of a decision, from the option that a command takes it from only where it decides. The use case says what a reason is. */
export function whyFrom(reason: string | undefined): string {
  if (reason !== undefined) return reason;
  throw new AppError('bad_input', 'say why with --reason "…": it is kept in the audit');
}

export const count = (value: number): string => value.toLocaleString('en-IN');

/** What state commands work on: the home, or a stage on AWS whose variables are in a file. */
export interface OpenState {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly ingest: IngestPorts;
  billingQueue(): Queue;
}

/** Opens the home or the stage, does the work and closes it, whatever happens. */
export async function withState<T>(stage: string | undefined, work: (state: OpenState) => Promise<T>): Promise<T> {
  if (stage === undefined) {
    return withHome((embedded) =>
      work({
        items: embedded.items,
        objects: embedded.objects,
        clock: embedded.clock,
        ingest: embedded.ingest,
        billingQueue: () => embeddedBillingQueue(embedded),
      }),
    );
  }
  const { openStage } = await import('@aion/runtime/cloud/operate-stage');
  const { host, billingQueue } = openStage(fromCaller(stage));
  const { items, objects, clock, ingest } = host;
  return work({ items, objects, clock, ingest, billingQueue });
}

export const STAGE_OPTION = [
  '--stage <file>',
  'of a stage on AWS: the JSON file of variables that its deployment put out',
] as const;

export const MARKET_OPTION = [
  '--market <name>',
  'NSE or US',
  (market: string): Exchange => marketOf({ market }),
  'NSE',
] as const;

/** `--exchange`, as three commands called the market before: still read, no longer shown. */
export const olderMarketOption = (): Option => new Option('--exchange <name>').hideHelp().conflicts('market');

/** Throws AppError(bad_input) for a market that the product does not know. */
export function marketOf(options: { readonly market: string; readonly exchange?: string }): Exchange {
  const given = options.exchange ?? options.market;
  const name = given.toUpperCase();
  if (name === 'NSE' || name === 'US') return name;
  throw new AppError('bad_input', `--market needs NSE or US, found "${given}"`);
}

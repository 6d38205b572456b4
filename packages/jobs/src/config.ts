import { RateLimits } from './rate-limits.ts';
import { MODES, AppError, isAppError } from '@aion/core';
import { FusionPolicy } from '@aion/signals';
import { SourcePolicy } from '@aion/market/sources';
import { GateRules, loadScanSet, ScannerConfig } from '@aion/universe';
import { hostNamesOf } from '@aion/contracts';
import { z } from 'zod';

/** Own scans and presets are refused here, by name, and not in the middle of a run. */
function requireScanners(scanners: ScannerConfig, context: z.RefinementCtx): void {
  try {
    loadScanSet(scanners);
  } catch (error) {
    if (!isAppError(error, 'bad_input')) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
}

const namesHosts = (text: string): boolean =>
  text.split(',').every((name) => name.trim() === '' || hostNamesOf([name]).length === 1);

/** Every setting of the embedded host, with its default. The schema is the documentation: `aion doctor` prints it. */
export const Config = z.strictObject({
  mode: z.enum(MODES).default('stub').describe('stub marks everything it makes as stub; prod needs trained artifacts'),
  host: z.string().default('127.0.0.1').describe('address that the servers listen on'),
  apiPort: z
    .int()
    .min(0)
    .max(65_535)
    .default(4100)
    .describe('port of the API; near it where it is not set and in use; one that is set and in use is an error'),
  webPort: z
    .int()
    .min(0)
    .max(65_535)
    .default(3000)
    .describe('port of the site; near it where it is not set and in use; one that is set and in use is an error'),
  workers: z.int().min(1).max(16).default(2).describe('threads that compute features'),
  symbolsPerTask: z
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .describe('symbols whose features one cloud task computes; a larger universe is cut over several'),
  modelThreads: z.int().min(1).max(16).default(2).describe('threads of the model runtime'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn').describe('least level that is logged'),
  signUpOpen: z.stringbool().or(z.boolean()).default(true).describe('whether strangers may create a basic account'),
  demoAccounts: z
    .stringbool()
    .or(z.boolean())
    .default(true)
    .describe('open the four demo accounts; only with the simulated market, stub models and a loopback host'),
  siteUrl: z
    .url({ protocol: /^https?$/, error: 'expected an address such as https://aion.example' })
    .or(z.literal(''))
    .default('')
    .describe('address of the site for its readers, where a proxy stands in front of it; links in mails lead there'),
  allowedHosts: z
    .string()
    .default('')
    .refine(namesHosts, 'expected host names, by comma')
    .describe(
      'further host names that API and site answer to, by comma; loopback names and that of siteUrl always count',
    ),
  archiveAfterYears: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('bars older than so many years move to where storage is cheap, at night'),
  simulatedSymbols: z.int().min(10).max(5000).default(2000).describe('instruments of the simulated market'),
  simulatedSessions: z.int().min(260).max(2000).default(500).describe('sessions of the simulated market'),
  backupFolder: z
    .string()
    .default('')
    .describe('where the nightly backups go, outside the home; nothing: `backups` in the home'),
  backupEncrypt: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe("encrypt the nightly backups with the operator's key"),
  backupKeyFile: z
    .string()
    .default('')
    .describe(
      'file of the key that signs and encrypts backups, outside the home; nothing: in the operator’s own configuration folder',
    ),
  gates: GateRules.prefault({}).describe('rules that cut the market to the universe'),
  scanners: ScannerConfig.prefault({})
    .superRefine(requireScanners)
    .describe('own scans and presets, and the preset that cuts the universe further'),
  fusion: FusionPolicy.prefault({}).describe('thresholds of fusion'),
  limits: RateLimits.prefault({}).describe(
    'requests that an address, a user, and an admin of the kill switch may make',
  ),
  sources: SourcePolicy.prefault({}).describe(
    'sources of data: which are off, in which order they are asked, tolerance',
  ),
});
export type Config = z.infer<typeof Config>;

export type Origin = 'default' | 'file' | 'environment';

export interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly origin: Origin;
  readonly from: string;
  readonly describes: string;
}

/** The settings that hold, each with where it came from. */
export interface ResolvedConfig {
  readonly config: Config;
  readonly settings: readonly Setting[];
}

/** The environment variable of a setting: `apiPort` → `AION_API_PORT`. MODE keeps its plain name too. */
function environmentName(name: string): string {
  return `AION_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Defaults, then the file's values, then the environment's. */
export function resolveConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>>,
  path: string,
): ResolvedConfig {
  const merged: Record<string, unknown> = { ...file };
  const origins = new Map<string, { origin: Origin; from: string }>();
  for (const name of Object.keys(file)) origins.set(name, { origin: 'file', from: 'config.json' });
  for (const name of Object.keys(Config.shape)) {
    const variable = environmentName(name);
    // Set to nothing counts as not set, as in `AION_API_PORT= npm start`.
    const from = environment[variable] || name !== 'mode' ? variable : 'MODE';
    const value = environment[from];
    if (value === undefined || value === '') continue;
    merged[name] = fromText(name as keyof Config, variable, value);
    origins.set(name, { origin: 'environment', from });
  }
  const result = Config.safeParse(merged);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : ''));
      return `${issue.path.join('.') || name} (${origins.get(name)?.from ?? path}): ${issue.message}`;
    });
    throw new AppError('bad_input', `the configuration cannot be used: ${problems.join('; ')}`);
  }
  const settings = Object.entries(Config.shape).map(([name, schema]) => ({
    name,
    value: result.data[name as keyof Config],
    ...(origins.get(name) ?? { origin: 'default' as const, from: 'built in' }),
    describes: schema.description ?? '',
  }));
  return { config: result.data, settings };
}

const DEFAULTS = Config.parse({});

/** A setting as text, as the environment has it, in the type that its default has. */
function fromText(name: keyof Config, variable: string, text: string): unknown {
  const like = DEFAULTS[name];
  if (typeof like === 'object') return parseJson(variable, text);
  return typeof like === 'number' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Parses JSON. Throws AppError(bad_input) that says where the text stands. */
export function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad_input', `${where} is not JSON; correct it or remove it`, { cause });
  }
}

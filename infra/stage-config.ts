import { AppError } from '@aion/core';
import { SourcePolicy } from '@aion/market/sources';
import { REGION } from './names.ts';

/** What distinguishes a stage from another; everything else is the same by construction. */
export interface StageConfig {
  readonly stage: string;
  readonly region: typeof REGION;
  /** Keeps its data when it is removed, and cannot be removed by accident. Every other stage goes whole. */
  readonly production: boolean;
  /** Stub models or those that passed the gates: what MODE says to the program. */
  readonly mode: 'prod' | 'stub';
  readonly alertEmail: string;
  readonly monthlyBudgetUsd: number;
  readonly logRetentionDays: 7 | 30;
  readonly supabaseUrl: string;
  readonly supabaseAnonKey: string;
  readonly siteUrl: string;
  readonly siteDomain?: Domain;
  /** Without a domain there is no certificate, and without one no live service: sockets carry tokens. */
  readonly liveDomain?: Domain;
  /** Tag of the container images, pushed before the deployment. */
  readonly imageTag: string;
  /** How sources of data are used, as JSON: feeds, order, what is turned off. */
  readonly sources?: string;
  /** Folder of the site's sources and build. */
  readonly sitePath: string;
}

interface Domain {
  readonly name: string;
  readonly certificateArn: string;
}

/** All variables of a function together may have 4 KB. */
const SOURCES_BYTES = 2048;

const RESERVED = ['test', 'local', 'production', 'live', 'all'];

/**
 * Reads a stage's settings from the deployer's environment (SST loads `.env.STAGE`). Throws AppError(bad_input) that names every
 * setting that is missing or wrong, so that half a stage is never deployed.
 */
export function parseStageConfig(stage: string, env: Readonly<Record<string, string | undefined>>): StageConfig {
  const problems: string[] = [];
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage) || stage.endsWith('-') || RESERVED.includes(stage)) {
    problems.push(
      `stage "${stage}": expected prod, dev, or a name of your own (a to z, 0 to 9, dash, 20 at most; not ${RESERVED.join(', ')})`,
    );
  }
  const production = stage === 'prod';
  const region = env['AION_REGION'] ?? REGION;
  if (region !== REGION) {
    problems.push(
      `AION_REGION is ${region}: this product is deployed to ${REGION} only, close to the exchange; unset it`,
    );
  }
  /** A setting that prod must have; other stages may go with a default. */
  const text = (name: string, pattern: RegExp, what: string, otherwise?: string): string => {
    const found = env[name] ?? (production ? undefined : otherwise);
    if (found === undefined) problems.push(`${name} is missing: expected ${what}`);
    else if (!pattern.test(found)) problems.push(`${name} is "${found}": expected ${what}`);
    return found ?? '';
  };
  const domain = (prefix: string, certificateRegion: string): Domain | undefined => {
    const name = env[`${prefix}_DOMAIN`];
    const certificateArn = env[`${prefix}_CERTIFICATE_ARN`];
    if (name === undefined && certificateArn === undefined) return undefined;
    if (name === undefined || !HOST.test(name))
      problems.push(`${prefix}_DOMAIN: expected a host name, found "${name ?? ''}"`);
    if (certificateArn?.startsWith(`arn:aws:acm:${certificateRegion}:`) !== true)
      problems.push(
        `${prefix}_CERTIFICATE_ARN: expected the ARN of a certificate in ${certificateRegion}, found "${certificateArn ?? ''}"`,
      );
    return { name: name ?? '', certificateArn: certificateArn ?? '' };
  };

  // CloudFront takes its certificate from us-east-1 alone; nothing else of the product is there.
  const siteDomain = domain('AION_SITE', 'us-east-1');
  const liveDomain = domain('AION_LIVE', REGION);
  if (production && siteDomain === undefined)
    problems.push('AION_SITE_DOMAIN is missing: prod needs its own host name');
  const budget = text('AION_MONTHLY_BUDGET_USD', /^[1-9]\d{0,5}$/, 'whole dollars a month', '25');
  const sources = sourcesOf(env['AION_SOURCES'], problems);
  const config: StageConfig = {
    stage,
    region: REGION,
    production,
    mode: production ? 'prod' : 'stub',
    // Alarms of any stage must reach someone: a stage that nobody hears is a stage that nobody stops paying for.
    alertEmail: textAlways('AION_ALERT_EMAIL'),
    monthlyBudgetUsd: Number(budget),
    logRetentionDays: production ? 30 : 7,
    supabaseUrl: text('AION_SUPABASE_URL', /^https:\/\/[^/]+$/, 'the https address of the Supabase project'),
    supabaseAnonKey: text('AION_SUPABASE_ANON_KEY', /^[\w.-]{20,}$/, "the project's public (anon) key"),
    siteUrl:
      siteDomain === undefined
        ? text('AION_SITE_URL', /^https?:\/\/[^/]+$/, 'the address of the site', 'http://localhost:3000')
        : `https://${siteDomain.name}`,
    ...(siteDomain === undefined ? {} : { siteDomain }),
    ...(liveDomain === undefined ? {} : { liveDomain }),
    imageTag: text('AION_IMAGE_TAG', /^[\w][\w.-]{0,127}$/, 'the tag of the pushed images, such as a commit', 'first'),
    ...(sources === undefined ? {} : { sources }),
    sitePath: env['AION_SITE_PATH'] ?? 'web',
  };
  if (problems.length > 0)
    throw new AppError('bad_input', `stage ${stage} cannot be deployed: ${problems.join('; ')}`, {
      context: { problems },
    });
  return config;

  function textAlways(name: string): string {
    const found = env[name];
    if (found === undefined || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(found))
      problems.push(
        `${name} is ${found === undefined ? 'missing' : `"${found}"`}: expected the address that alarms go to`,
      );
    return found ?? '';
  }
}

/** The setting as it is handed on; what is wrong with it becomes a problem. */
function sourcesOf(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined || text === '') return undefined;
  const expected = 'expected JSON such as {"feeds": ["https://example.com/rss"]}';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    problems.push(`AION_SOURCES is no JSON: ${expected}`);
    return undefined;
  }
  const { error } = SourcePolicy.safeParse(json);
  for (const { path, message } of error?.issues ?? [])
    problems.push(`AION_SOURCES ${path.join('.') || 'as a whole'}: ${message}; ${expected}`);
  const compact = JSON.stringify(json);
  const bytes = Buffer.byteLength(compact);
  if (bytes > SOURCES_BYTES)
    problems.push(`AION_SOURCES has ${bytes} bytes: at most ${SOURCES_BYTES} fit beside a function's other variables`);
  return compact;
}

const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

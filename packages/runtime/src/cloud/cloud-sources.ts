import { isAppError } from '@aion/core';
import type { Sources } from '@aion/jobs/sources';
import type { SourceOverrides } from '../sources/compose-sources.ts';
import { keysFor, parseSourceKeys, type Asking } from '../sources/source-keys.ts';
import type { Cloud } from './compose-cloud.ts';
import type { SecretName } from './environment.ts';
import { cloudSecret } from './functions.ts';

type SourceHost = Pick<Cloud, 'items' | 'clock' | 'telemetry' | 'config' | 'environment'>;

/** The secret with the keys of whoever asks for these. */
export const keysSecret = (asking: Asking): SecretName => `${asking}-source-keys`;

/** Reads a secret of the stage; throws AppError(missing_data) for one that is not set. */
export type ReadSecret = (name: SecretName) => Promise<string>;

/**
 * The sources of a stage for one of its functions, with the keys of its own secret; without it those that need a key are off.
 *
 * @throws AppError(bad_input) for a secret that holds a key that it does not need.
 */
export async function openCloudSources(
  host: SourceHost,
  asking: Asking,
  overrides: SourceOverrides = {},
  readSecret: ReadSecret = (name) => cloudSecret(host.environment, name),
): Promise<Sources> {
  const { items, clock, telemetry, config } = host;
  const { composeSources } = await import('../sources/compose-sources.ts');
  const keys = await keysOf(host, asking, readSecret);
  return composeSources({ items, clock, telemetry, policy: config.sources, keys }, overrides);
}

async function keysOf(
  { environment, telemetry }: SourceHost,
  asking: Asking,
  readSecret: ReadSecret,
): Promise<ReturnType<typeof parseSourceKeys>> {
  const name = keysSecret(asking);
  let text: string;
  try {
    text = await readSecret(name);
  } catch (error) {
    if (!isAppError(error, 'missing_data')) throw error;
    telemetry.log('warn', 'sources that need a key are off', { why: error.message });
    return {};
  }
  return parseSourceKeys(text, `${environment.AION_SECRETS_PATH}/${name}`, keysFor(asking));
}

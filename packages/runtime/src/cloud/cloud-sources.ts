import { isAppError } from '@aion/core';
import type { Sources } from '@aion/jobs/sources';
import type { SourceOverrides } from '../sources/compose-sources.ts';
import { parseSourceKeys } from '../sources/source-keys.ts';
import type { Cloud } from './compose-cloud.ts';
import { cloudSecret } from './functions.ts';

/** The sources of a stage, with the keys of its secret `source-keys`; without it those that need a key are off. */
export async function openCloudSources(host: Cloud, overrides: SourceOverrides = {}): Promise<Sources> {
  const { items, clock, telemetry, config } = host;
  const { composeSources } = await import('../sources/compose-sources.ts');
  return composeSources({ items, clock, telemetry, policy: config.sources, keys: await keysOf(host) }, overrides);
}

async function keysOf(host: Cloud): ReturnType<typeof loadKeys> {
  try {
    return await loadKeys(host);
  } catch (error) {
    if (!isAppError(error, 'missing_data')) throw error;
    host.telemetry.log('warn', 'sources that need a key are off', { why: error.message });
    return {};
  }
}

const loadKeys = async ({ environment }: Cloud) =>
  parseSourceKeys(await cloudSecret(environment, 'source-keys'), `${environment.AION_SECRETS_PATH}/source-keys`);

import type { Embedded } from '../compose-embedded.ts';
import { composeSources, type SourceOverrides, type ComposedSources } from '../../sources/compose-sources.ts';
import { loadSourceKeys } from './credentials.ts';

/**
 * The sources of this home, with the keys of its environment.
 *
 * @example for (const source of (await openSources(embedded)).status()) console.log(describeSource(source));
 */
export function openSources(embedded: Embedded, overrides: SourceOverrides = {}): Promise<ComposedSources> {
  const { items, clock, telemetry, config, loaded } = embedded;
  const keys = loadSourceKeys(process.env, loaded.home);
  return composeSources({ items, clock, telemetry, policy: config.sources, keys }, overrides);
}

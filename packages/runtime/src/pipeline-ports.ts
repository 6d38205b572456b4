import type { Exchange } from '@aion/core';
import { DEFAULT_EXCHANGE } from '@aion/jobs/runs';
import { clockOf, loadProfile, type Host } from '@aion/jobs';
import { makeLakeReader, type PipelinePorts } from '@aion/pipeline';

/** What a host gives to a run. */
type Parts = Pick<Host, 'config' | 'items' | 'objects' | 'ingest' | 'clock' | 'telemetry' | 'owner' | 'codeHash'> &
  Pick<PipelinePorts, 'models' | 'featureWorkers' | 'crashPoint'> & {
    /** Called only where signals are chained: preparing a run needs no secret. */
    readonly ledgerSecret: () => string;
  };

/** The ports of a run, the same on every host; the market's profile and its clock are those of now. */
export async function pipelinePorts(parts: Parts, exchange: Exchange = DEFAULT_EXCHANGE): Promise<PipelinePorts> {
  const { config, items, objects, ingest, clock, telemetry, owner, models, featureWorkers, crashPoint } = parts;
  const profile = await loadProfile(items);
  return {
    items,
    objects,
    clock,
    marketClock: clockOf(profile, clock),
    telemetry,
    market: makeLakeReader({ items, objects, codec: ingest.codec }, exchange, profile.simulated),
    models,
    featureWorkers,
    mode: config.mode,
    gateRules: config.gates,
    scanners: config.scanners,
    fusionPolicy: config.fusion,
    codeHash: parts.codeHash(),
    get ledgerSecret() {
      return parts.ledgerSecret();
    },
    owner,
    ...(crashPoint === undefined ? {} : { crashPoint }),
  };
}

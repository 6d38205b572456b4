import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { silentTelemetry, type Clock } from '@aion/core';
import { SOURCES, type Credentials, type SourcePolicy } from '@aion/market/sources';
import { composeEmbedded, type Embedded } from '@aion/runtime/embedded/compose-embedded';
import { loadConfig } from '@aion/runtime/embedded/load-config';
import { composeSources, type ComposedSources } from '@aion/runtime/sources/compose-sources';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startVendorServer, type VendorServer } from '../../adapters/test/vendor-server.ts';

export interface VendorHome {
  /** One server that plays every vendor; its routes and faults are forgotten after each test. */
  readonly server: VendorServer;
  /** A home of its own for each test. */
  readonly embedded: Embedded;
  /** The home's sources, asked of the server without waiting for limits, and once only. */
  sources(keys: Credentials, policy: SourcePolicy): Promise<ComposedSources>;
}

/**
 * For the tests of a file: a new home before each, and a server of vendors beside it.
 *
 * @example
 * const vendors = withVendors(makeFrozenClock(0));
 * it('asks them', async () => { vendors.server.routes.push(...alpacaRoutes); });
 */
export function withVendors(clock: Clock): VendorHome {
  let server: VendorServer;
  let folder: string;
  let embedded: Embedded;
  beforeAll(async () => {
    server = await startVendorServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aion-vendors-'));
    embedded = composeEmbedded(loadConfig({ AION_HOME: folder, AION_LOG_LEVEL: 'silent' }, folder));
  });
  afterEach(() => {
    server.reset();
    embedded.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get server() {
      return server;
    },
    get embedded() {
      return embedded;
    },
    sources(keys, policy) {
      const urls = Object.fromEntries(SOURCES.map(({ name }) => [name, server.url]));
      const http = { limiter: { acquire: async () => undefined }, attempts: 1 };
      // On the test's clock, as pauses of sources and spent quotas are.
      const items = makeSqliteItemTable(embedded.state, clock);
      return composeSources({ items, clock, telemetry: silentTelemetry, policy, keys }, { urls, http });
    },
  };
}

import { expect, it } from 'vitest';
import { silentTelemetry } from '@aion/core';
import { resolveConfig, saveProfile } from '@aion/jobs';
import { makeFixturePorts } from '../../market/test/fixture-ports.ts';
import { pipelinePorts } from './pipeline-ports.ts';

const nothing = (): Promise<never> => Promise.reject(new Error('nothing is asked of it'));

function parts() {
  const ingest = makeFixturePorts('2026-02-27T15:00:00Z');
  return {
    ...{ ingest, items: ingest.items, objects: ingest.objects, clock: ingest.clock, telemetry: silentTelemetry },
    config: resolveConfig({ MODE: 'stub' }, {}, 'the test').config,
    owner: { name: 'test', isGone: () => false },
    codeHash: () => 'code',
    models: { load: nothing },
    featureWorkers: nothing,
    ledgerSecret: (): string => 'a secret',
  };
}

it('the secret of the ledger is asked for when it is used, not before', async () => {
  let asked = 0;
  const ports = await pipelinePorts({ ...parts(), ledgerSecret: () => `secret ${++asked}` });
  expect(asked).toBe(0);
  expect([ports.ledgerSecret, asked]).toEqual(['secret 1', 1]);
});

it('profile and clock of the market are those of the moment, also where they changed since', async () => {
  const host = parts();
  const live = await pipelinePorts(host);
  expect([live.market.simulated, live.marketClock.nowMs()]).toEqual([false, host.clock.nowMs()]);
  const asOfMs = Date.parse('2026-01-30T14:00:00Z');
  await saveProfile(host.items, { simulated: true, asOfMs });
  const frozen = await pipelinePorts(host);
  expect([frozen.market.simulated, frozen.marketClock.nowMs(), frozen.clock.nowMs()]).toEqual([
    true,
    asOfMs,
    host.clock.nowMs(),
  ]);
});

it('there is a crash point only where one was given', async () => {
  expect(await pipelinePorts(parts())).not.toHaveProperty('crashPoint');
  const crashPoint = (): void => undefined;
  expect(await pipelinePorts({ ...parts(), crashPoint })).toMatchObject({ crashPoint });
});

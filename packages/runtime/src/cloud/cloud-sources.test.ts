import { AppError, makeFrozenClock, silentTelemetry } from '@aion/core';
import { expect, it } from 'vitest';
import { environmentOf } from '../../../../infra/environment.ts';
import { stageArns, stageNames } from '../../../../infra/names.ts';
import { parseStageConfig } from '../../../../infra/stage-config.ts';
import { withVendors } from '../../../jobs/test/vendor-home.ts';
import { ACCOUNT, DEV_SETTINGS } from '../../../../test/infra/stage-settings.ts';
import { openCloudSources, type ReadSecret } from './cloud-sources.ts';
import { parseCloudEnvironment } from './environment.ts';

const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
const config = parseStageConfig('dev', DEV_SETTINGS);
const names = stageNames('dev');
const arns = stageArns(names, { account: ACCOUNT, region: config.region });
const environment = parseCloudEnvironment(environmentOf(config, names, arns, ACCOUNT));

function open(asking: 'records' | 'bars', readSecret: ReadSecret, said: string[] = []) {
  const { items, config: settings } = vendors.embedded;
  const telemetry = { ...silentTelemetry, log: (_: string, message: string) => void said.push(message) };
  return openCloudSources({ items, clock, telemetry, config: settings, environment }, asking, {}, readSecret);
}

it('each function reads the keys of its own sources and no others', async () => {
  const read: string[] = [];
  const keys: Readonly<Record<string, object>> = {
    'records-source-keys': { FRED_API_KEY: 'k' },
    'bars-source-keys': { KITE_API_KEY: 'k', KITE_ACCESS_TOKEN: 't' },
  };
  const secret: ReadSecret = async (name) => {
    read.push(name);
    return JSON.stringify(keys[name]);
  };
  const [records, bars] = [await open('records', secret), await open('bars', secret)];
  expect(read).toEqual(['records-source-keys', 'bars-source-keys']);
  expect([records.standing('fred').on, records.standing('kite').on]).toEqual([true, false]);
  expect([bars.standing('fred').on, bars.standing('kite').on]).toEqual([false, true]);
});

it('without its secret those that need a key are off, and it says so; any other failure is one', async () => {
  const said: string[] = [];
  const none: ReadSecret = (name) => Promise.reject(new AppError('missing_data', `secret ${name} is missing`));
  const sources = await open('records', none, said);
  expect([sources.standing('fred').on, sources.standing('nse').on]).toEqual([false, true]);
  expect(said).toEqual(['sources that need a key are off']);
  const refused: ReadSecret = () => Promise.reject(new AppError('forbidden', 'not allowed'));
  await expect(open('records', refused)).rejects.toMatchObject({ code: 'forbidden' });
});

it('a key that is of no use to it is refused by name', async () => {
  const secret: ReadSecret = async () => JSON.stringify({ KITE_ACCESS_TOKEN: 'very-secret' });
  await expect(open('records', secret)).rejects.toThrow(/records-source-keys: KITE_ACCESS_TOKEN cannot be used/);
});

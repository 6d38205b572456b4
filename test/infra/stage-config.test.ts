import { describe, expect, it } from 'vitest';
import { resolveConfig } from '@aion/jobs';
import { environmentOf } from '../../infra/environment.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { arns, names } from './policy-plants.ts';
import { ACCOUNT, STAGE_SETTINGS as SETTINGS } from './stage-settings.ts';

const MANY_FEEDS = Array.from({ length: 40 }, (_, place) => `https://example.com/${'x'.repeat(50)}/${place}`);

const refusal = (stage: string, change: Record<string, string | undefined> = {}): string => {
  try {
    parseStageConfig(stage, { ...SETTINGS, ...change });
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the settings of a stage', () => {
  it('make prod, kept for 30 days of logs, with models that passed their gates', () => {
    expect(parseStageConfig('prod', SETTINGS)).toMatchObject({
      production: true,
      mode: 'prod',
      logRetentionDays: 30,
      monthlyBudgetUsd: 150,
      siteUrl: 'https://app.example.com',
      region: 'ap-south-1',
    });
  });

  it('make dev of little more than an address for alarms and a Supabase project', () => {
    const { AION_ALERT_EMAIL, AION_SUPABASE_URL, AION_SUPABASE_ANON_KEY } = SETTINGS;
    const dev = parseStageConfig('dev', { AION_ALERT_EMAIL, AION_SUPABASE_URL, AION_SUPABASE_ANON_KEY });
    expect(dev).toMatchObject({
      production: false,
      mode: 'stub',
      logRetentionDays: 7,
      siteUrl: 'http://localhost:3000',
    });
    expect(dev.liveDomain).toBeUndefined();
  });

  it.each(['Prod', 'a b', '', '9lives', 'x'.repeat(21), 'dev-', 'production', 'test'])(
    'refuse the stage "%s"',
    (stage) => {
      expect(refusal(stage)).toContain(`stage "${stage}"`);
    },
  );

  it.each([
    ['another region', { AION_REGION: 'us-east-1' }, 'AION_REGION is us-east-1'],
    ['no address for alarms', { AION_ALERT_EMAIL: undefined }, 'AION_ALERT_EMAIL is missing'],
    ['an address that is none', { AION_ALERT_EMAIL: 'me' }, 'AION_ALERT_EMAIL is "me"'],
    ['no budget', { AION_MONTHLY_BUDGET_USD: undefined }, 'AION_MONTHLY_BUDGET_USD is missing'],
    ['a budget of nothing', { AION_MONTHLY_BUDGET_USD: '0' }, 'AION_MONTHLY_BUDGET_USD is "0"'],
    ['no Supabase project', { AION_SUPABASE_URL: undefined }, 'AION_SUPABASE_URL is missing'],
    ['a Supabase project in the clear', { AION_SUPABASE_URL: 'http://x.co' }, 'AION_SUPABASE_URL is "http://x.co"'],
    ['no key of the project', { AION_SUPABASE_ANON_KEY: undefined }, 'AION_SUPABASE_ANON_KEY is missing'],
    [
      'no host name',
      { AION_SITE_DOMAIN: undefined, AION_SITE_CERTIFICATE_ARN: undefined },
      'AION_SITE_DOMAIN is missing',
    ],
    ['a host name without a certificate', { AION_SITE_CERTIFICATE_ARN: undefined }, 'AION_SITE_CERTIFICATE_ARN'],
    [
      'a certificate of another region',
      { AION_LIVE_CERTIFICATE_ARN: SETTINGS['AION_SITE_CERTIFICATE_ARN'] },
      'AION_LIVE_CERTIFICATE_ARN: expected the ARN of a certificate in ap-south-1',
    ],
    [
      'sources that are no JSON',
      { AION_SOURCES: 'https://a.example/rss' },
      'AION_SOURCES is no JSON: expected JSON such',
    ],
    ['a feed that is no address', { AION_SOURCES: '{"feeds": ["a"]}' }, 'AION_SOURCES feeds.0'],
    [
      'a setting of sources that is none',
      { AION_SOURCES: '{"feed": []}' },
      'AION_SOURCES as a whole: Unrecognized key: "feed"',
    ],
    ['more feeds than fit', { AION_SOURCES: JSON.stringify({ feeds: MANY_FEEDS }) }, 'AION_SOURCES has'],
    ['no image tag', { AION_IMAGE_TAG: undefined }, 'AION_IMAGE_TAG is missing'],
  ])('refuse prod with %s, by name', (_, change, message) => {
    expect(refusal('prod', change)).toContain(message);
  });

  it('hand how sources are used on to whoever asks them', () => {
    const text = '{ "feeds": ["https://example.com/rss"], "disabled": ["x"] }';
    const config = parseStageConfig('prod', { ...SETTINGS, AION_SOURCES: text });
    const environment = environmentOf(config, names, arns, ACCOUNT);
    expect(resolveConfig(environment, {}, 'the environment').config.sources).toMatchObject({
      feeds: ['https://example.com/rss'],
      disabled: ['x'],
    });
    expect(environmentOf(parseStageConfig('prod', SETTINGS), names, arns, ACCOUNT)).not.toHaveProperty('AION_SOURCES');
  });

  it('are refused all at once, so that one deployment shows everything that is missing', () => {
    expect(refusal('prod', Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, undefined])))).toMatch(
      /AION_SITE_DOMAIN.*AION_MONTHLY_BUDGET_USD.*AION_ALERT_EMAIL.*AION_SUPABASE_URL.*AION_IMAGE_TAG/s,
    );
  });
});

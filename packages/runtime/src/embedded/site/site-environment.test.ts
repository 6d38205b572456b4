import { describe, expect, it } from 'vitest';
import { SOURCES } from '@aion/market/sources';
import { siteEnvironment } from './site-environment.ts';

describe("the site's environment", () => {
  it('holds no key of a source or of billing, and nothing that it was not meant to have', () => {
    const keys = SOURCES.flatMap(({ needs }) => needs);
    const secrets = [
      ...keys,
      'STRIPE_SECRET_KEY',
      'AWS_SECRET_ACCESS_KEY',
      'AION_HOME',
      'AION_HTTPS',
      'SOME_TOKEN',
      'PATHS',
    ];
    const given = Object.fromEntries(secrets.map((name) => [name, `planted-${name}`]));
    const site = siteEnvironment({ ...given, PATH: '/bin', LC_ALL: 'C', AION_AUTH_URL: 'https://id.example' });
    expect(keys.length).toBeGreaterThan(5);
    expect(JSON.stringify(site)).not.toContain('planted');
    expect(site).toEqual({
      PATH: '/bin',
      LC_ALL: 'C',
      AION_AUTH_URL: 'https://id.example',
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
    });
  });
});

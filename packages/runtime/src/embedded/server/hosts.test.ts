import { describe, expect, it } from 'vitest';
import { isAllowedHost } from '@aion/contracts';
import { resolveConfig } from '@aion/jobs';
import { hostsOf, isForThisMachineOnly, reachedAt } from './hosts.ts';

const withSettings = (environment: Record<string, string>) => resolveConfig(environment, {}, 'test').config;

describe('the names that the servers answer to', () => {
  it('are those of loopback, of the address they listen on and the configured ones', () => {
    expect(hostsOf(withSettings({})).names).toEqual(['127.0.0.1']);
    expect(hostsOf(withSettings({ AION_HOST: '::1' })).names).toEqual(['[::1]']);
    expect(hostsOf(withSettings({ AION_HOST: '0.0.0.0' })).names).toEqual([]);
    const behindProxy = { AION_SITE_URL: 'https://aion.example', AION_ALLOWED_HOSTS: 'api.example, 10.0.0.7' };
    expect(hostsOf(withSettings(behindProxy)).names).toEqual(['aion.example', 'api.example', '10.0.0.7', '127.0.0.1']);
  });

  it.each([
    [{}, true],
    [{ AION_HOST: 'localhost' }, true],
    [{ AION_HOST: '::1', AION_SITE_URL: 'http://localhost:3000' }, true],
    [{ AION_HOST: '0.0.0.0' }, false],
    [{ AION_HOST: '192.168.1.2' }, false],
    [{ AION_SITE_URL: 'https://aion.example' }, false],
    [{ AION_ALLOWED_HOSTS: 'aion.example' }, false],
  ])('are for this machine only with %j: %s', (environment, expected) => {
    expect(isForThisMachineOnly(withSettings(environment))).toBe(expected);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['192.168.1.2', '192.168.1.2'],
    ['localhost', 'localhost'],
    ['::1', '[::1]'],
    ['fe80::1%eth0', '[fe80::1%eth0]'],
    ['0.0.0.0', '127.0.0.1'],
    ['0', '127.0.0.1'],
    ['', '127.0.0.1'],
    ['::', '[::1]'],
    ['::0', '[::1]'],
  ])('a server that listens at "%s" is reached at %s, by a name that it answers to', (host, at) => {
    expect(reachedAt(host)).toBe(at);
    const allowed = hostsOf({ host, siteUrl: '', allowedHosts: '' });
    if (!host.includes('%')) expect(isAllowedHost(`${at}:4100`, allowed)).toBe(true);
  });

  it('are refused by name at the start when they are none', () => {
    expect(() => withSettings({ AION_ALLOWED_HOSTS: 'a b' })).toThrow(/allowedHosts \(AION_ALLOWED_HOSTS\)/);
    expect(() => withSettings({ AION_SITE_URL: 'aion.example' })).toThrow(/siteUrl/);
    expect(() => withSettings({ AION_SITE_URL: 'ftp://aion.example' })).toThrow(/siteUrl/);
  });
});

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Config } from './config.ts';
import { loadConfig } from '@aion/runtime/embedded/load-config';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'aion-config-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const load = (environment: Record<string, string> = {}) => loadConfig({ AION_HOME: home, ...environment }, '/nowhere');
const file = (value: unknown): void =>
  writeFileSync(join(home, 'config.json'), typeof value === 'string' ? value : JSON.stringify(value));
const originOf = (name: string, environment?: Record<string, string>) =>
  load(environment).settings.find((setting) => setting.name === name);

describe('the folder of the home', () => {
  it('is where its links lead, also to one that is not there yet', () => {
    symlinkSync('real', join(home, 'link'));
    symlinkSync(join(home, 'link'), join(home, 'chain'));
    expect(loadConfig({ AION_HOME: join(home, 'chain') }, '/nowhere').home).toBe(join(home, 'real'));
  });

  it('is as it was named where something is in its way', () => {
    file({});
    const below = join(home, 'config.json', 'home');
    expect(loadConfig({ AION_HOME: below }, '/nowhere').home).toBe(below);
  });

  it('cannot be a link that leads back to itself', () => {
    symlinkSync('b', join(home, 'a'));
    symlinkSync('a', join(home, 'b'));
    expect(() => loadConfig({ AION_HOME: join(home, 'a') }, '/nowhere')).toThrow(/leads back to itself/);
  });
});

describe('the configuration', () => {
  it('is whole without any file or variable, and each setting says what it is for', () => {
    const { config, settings } = load();
    expect(config).toEqual(Config.parse({}));
    expect(settings.map(({ name }) => name)).toEqual(Object.keys(Config.shape));
    for (const setting of settings) {
      expect(setting.origin).toBe('default');
      expect(setting.describes.length).toBeGreaterThan(10);
    }
  });

  it('takes the environment over the file over the defaults, and remembers where each came from', () => {
    file({ workers: 3, webPort: 4200, signUpOpen: false });
    const environment = { AION_WORKERS: '4', AION_GATES: '{"minPrice":25}' };
    expect(load(environment).config).toMatchObject({ workers: 4, webPort: 4200, apiPort: 4100, signUpOpen: false });
    expect(originOf('workers', environment)).toMatchObject({ value: 4, origin: 'environment', from: 'AION_WORKERS' });
    expect(originOf('webPort', environment)).toMatchObject({ value: 4200, origin: 'file', from: 'config.json' });
    expect(originOf('apiPort', environment)).toMatchObject({ origin: 'default', from: 'built in' });
    expect(originOf('gates', environment)?.from).toBe('AION_GATES');
  });

  it('knows MODE by its plain name, and AION_MODE before it', () => {
    expect(originOf('mode', { MODE: 'prod' })).toMatchObject({ value: 'prod', from: 'MODE' });
    expect(originOf('mode', { MODE: 'prod', AION_MODE: 'stub' })).toMatchObject({ value: 'stub', from: 'AION_MODE' });
  });

  it('takes a variable that is set to nothing as not set', () => {
    file({ apiPort: 4300 });
    expect(originOf('apiPort', { AION_API_PORT: '' })).toMatchObject({ value: 4300, origin: 'file' });
    expect(originOf('mode', { AION_MODE: '', MODE: '' })).toMatchObject({ value: 'stub', origin: 'default' });
  });

  it.each([
    [{ AION_WORKERS: 'many' }, /workers \(AION_WORKERS\)/],
    [{ AION_WORKERS: '1.5' }, /workers \(AION_WORKERS\)/],
    [{ AION_API_PORT: '70000' }, /apiPort \(AION_API_PORT\)/],
    [{ AION_API_PORT: '-1' }, /apiPort \(AION_API_PORT\)/],
    [{ MODE: 'production' }, /mode \(MODE\)/],
    [{ AION_SIGN_UP_OPEN: 'perhaps' }, /signUpOpen.*\(AION_SIGN_UP_OPEN\)/],
    [{ AION_GATES: '{' }, /AION_GATES is not JSON/],
    [{ AION_FUSION: '{"noSuchThreshold":1}' }, /noSuchThreshold|fusion/],
    [
      { AION_SCANNERS: '{"universePreset":"breakout"}' },
      /scanners \(AION_SCANNERS\): there is no preset "breakout"; the nearest: breakouts/,
    ],
    [{ AION_SCANNERS: '{"scans":[{"id":"mine"}]}' }, /the scan "mine" cannot be used: title/],
  ])('refuses %j and names the variable', (environment, message) => {
    expect(() => load(environment)).toThrow(message);
  });

  it.each([
    ['{', /config\.json is not JSON/],
    ['[]', /must hold a JSON object/],
    ['null', /must hold a JSON object/],
    [{ workers: true }, /workers \(config\.json\)/],
    [{ workers: '2' }, /workers \(config\.json\)/],
    [{ apiPort: null }, /apiPort \(config\.json\)/],
    [{ aipPort: 4100 }, /aipPort.*config\.json/],
  ])('refuses the file %j and names it', (content, message) => {
    file(content);
    expect(() => load()).toThrow(message);
  });

  it('names everything that is wrong at once', () => {
    file({ webPort: 'x' });
    expect(() => load({ AION_WORKERS: '99' })).toThrow(/webPort \(config\.json\).*workers|workers.*webPort/);
  });
});

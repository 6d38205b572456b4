import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeCodeHash } from '../../code-hash.ts';
import { processOwner } from './owner.ts';
import { keep, loadSecrets } from './secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aion-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the secrets of a home', () => {
  it('are made once, are different in every home and readable by their owner only', () => {
    const first = loadSecrets(join(folder, 'a'), { make: true });
    expect(loadSecrets(join(folder, 'a'))).toEqual(first);
    const other = loadSecrets(join(folder, 'b'), { make: true });
    expect(other.ledgerSecret).not.toBe(first.ledgerSecret);
    expect(other.signingKey.d).not.toBe(first.signingKey.d);
    expect(statSync(join(folder, 'a', 'secrets')).mode & 0o777).toBe(0o700);
    for (const name of ['ledger', 'signing-key.json'])
      expect(statSync(join(folder, 'a', 'secrets', name)).mode & 0o777).toBe(0o600);
  });

  it('are closed again when someone opened them', () => {
    loadSecrets(folder, { make: true });
    chmodSync(join(folder, 'secrets', 'ledger'), 0o644);
    loadSecrets(folder);
    expect(statSync(join(folder, 'secrets', 'ledger')).mode & 0o777).toBe(0o600);
  });

  it('hold the one of the track record, which is never made a second time', () => {
    loadSecrets(folder, { make: true });
    rmSync(join(folder, 'secrets', 'ledger'));
    expect(() => loadSecrets(folder)).toThrow(/ledger is missing.*restore a backup/);
  });

  it('of two makers at once the first wins and both read the same', () => {
    const path = join(folder, 'secret');
    const make = (): string => {
      writeFileSync(path, 'of the first');
      return 'of the second';
    };
    expect(keep(path, { make, parse: (text) => text, remedy: 'none' })).toBe('of the first');
    expect(readdirSync(folder)).toEqual(['secret']);
  });

  it('appear whole: one that cannot be written to its end leaves nothing behind', () => {
    const path = join(folder, 'secret');
    const make = (): string => {
      throw new Error('power cut');
    };
    expect(() => keep(path, { make, parse: (text) => text, remedy: 'none' })).toThrow('power cut');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['ledger', '', /put your copy back/],
    ['ledger', 'ab12', /put your copy back/],
    ['ledger', `${'ab'.repeat(32)}\n`, /put your copy back/],
    ['signing-key.json', '', /a new one is made/],
    ['signing-key.json', '{"kty":"EC","crv":"P-256"}', /a new one is made/],
    ['signing-key.json', '[]', /a new one is made/],
  ])('are refused where they are not whole: %s with %j', (name, text, remedy) => {
    loadSecrets(folder, { make: true });
    writeFileSync(join(folder, 'secrets', name), text);
    const load = (): unknown => loadSecrets(folder);
    expect(load).toThrow(expect.objectContaining({ code: 'corrupt', message: expect.stringContaining(name) }));
    expect(load).toThrow(remedy);
  });
});

describe('the hash of the program', () => {
  const places = ['core', 'market', 'features', 'universe', 'forecast', 'signals', 'pipeline']
    .map((name) => `${name}/src`)
    .concat('jobs/src/runs');
  const put = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  beforeEach(() => {
    for (const place of places) {
      mkdirSync(join(folder, place, 'inner'), { recursive: true });
      put(`${place}/index.ts`, `export const place = '${place}';\n`);
    }
  });

  it('changes with every source file of a deciding package, by content, by name and by place', () => {
    const seen = new Set([computeCodeHash(folder)]);
    for (const place of places) {
      put(`${place}/index.ts`, 'changed');
      seen.add(computeCodeHash(folder));
    }
    put('core/src/inner/deep.ts', 'new');
    seen.add(computeCodeHash(folder));
    put('market/src/calendar.json', '{}');
    seen.add(computeCodeHash(folder));
    expect(seen.size).toBe(places.length + 3);
  });

  it('does not change with tests, other packages, other files or the line ends of the checkout', () => {
    const hash = computeCodeHash(folder);
    put('core/src/index.test.ts', 'a test');
    put('core/src/notes.md', 'notes');
    mkdirSync(join(folder, 'api', 'src'), { recursive: true });
    put('api/src/index.ts', 'routes');
    put('jobs/src/index.ts', 'use cases that decide nothing');
    put('core/src/index.ts', readFileSync(join(folder, 'core/src/index.ts'), 'utf8').replaceAll('\n', '\r\n'));
    expect(computeCodeHash(folder)).toBe(hash);
  });

  it('is that of this checkout when no other is named', () => {
    expect(computeCodeHash()).toMatch(/^[0-9a-f]{64}$/);
    expect(computeCodeHash()).not.toBe(computeCodeHash(folder));
  });
});

describe('the name of a process', () => {
  const [, pid = '', start = ''] = processOwner.name.split(':');

  it('tells that a process of this machine has ended', () => {
    const ended = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' });
    expect(processOwner.isGone(`${hostname()}:${ended.stdout.trim()}:1`)).toBe(true);
    expect(processOwner.isGone(processOwner.name)).toBe(false);
  });

  it('says nothing of other machines and of names that it does not know', () => {
    for (const name of [`elsewhere:${pid}:1`, '', 'x', `${hostname()}:`, `${hostname()}:-1:1`])
      expect(processOwner.isGone(name), name).toBe(false);
  });

  it.runIf(process.platform === 'linux')('tells a process from an earlier one that had the same number', () => {
    expect(start).toMatch(/^\d+$/);
    expect(processOwner.isGone(`${hostname()}:${pid}:${Number(start) - 1}`)).toBe(true);
    expect(processOwner.isGone(`${hostname()}:${process.ppid}:1`)).toBe(true);
  });
});

import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKillFile, holdKillFile, homeOfKillFile, makeKillFile, type OpenKillFile } from './kill-file.ts';

const first = { active: false, reason: null, by: null, atMs: 1 };
const on = { active: true, reason: 'a drill', by: 'operator', atMs: 2 };

let folder: string;
let path: string;
let file: OpenKillFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aion-kill-'));
  path = join(folder, 'kill.db');
  createKillFile(path, 'home-1', [first]);
  file = makeKillFile(path, 'home-1', join(folder, 'reserve'), { withinMs: 100 });
});
afterEach(() => {
  file.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the file of the kill switch', () => {
  it('keeps the newest change and all before it', async () => {
    expect(await file.read()).toEqual(first);
    await file.append([on]);
    expect(await file.read()).toEqual(on);
    expect(await file.history()).toEqual([first, on]);
    const later = makeKillFile(path, 'home-1', join(folder, 'reserve'));
    expect(await later.read()).toEqual(on);
    later.close();
  });

  it('is an error and never "off" when it is missing, empty, damaged or of another home', async () => {
    const other = makeKillFile(path, 'home-2', '');
    await expect(other.read()).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('home-2') as string,
    });
    rmSync(path);
    await expect(file.read()).rejects.toMatchObject({ code: 'missing_data' });
    writeFileSync(path, '');
    await expect(file.read()).rejects.toMatchObject({ code: 'corrupt' });
    rmSync(path);
    writeFileSync(path, 'no database at all, but long enough to be looked at'.repeat(100));
    await expect(file.read()).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('is made by a change where it is missing, and never in the place of another', async () => {
    rmSync(path);
    await file.append([on]);
    expect(await file.read()).toEqual(on);
    expect(homeOfKillFile(path)).toBe('home-1');
    expect(createKillFile(path, 'home-2', [first])).toBe(false);
    expect(await file.read()).toEqual(on);
  });

  it('that was put in the place of another gets the change that was under way', async () => {
    await file.read();
    createKillFile(join(folder, 'next.db'), 'home-1', [first]);
    renameSync(path, join(folder, 'kept.db'));
    renameSync(join(folder, 'next.db'), path);
    await file.append([on]);
    const after = makeKillFile(path, 'home-1', '');
    expect(await after.read()).toEqual(on);
    after.close();
  });

  it('that is damaged gives way to a change that stops, and to no other', async () => {
    file.close();
    writeFileSync(path, 'damaged'.repeat(1000));
    await expect(file.append([first])).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('on first') as string,
    });
    await file.append([on]);
    expect(await file.read()).toEqual(on);
    expect(existsSync(`${path}.damaged-1`)).toBe(true);
    await file.append([first]);
    expect(await file.read()).toEqual(first);
  });

  it('is looked at afresh when the right one is put back in its place', async () => {
    await file.append([on]);
    file.close();
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.alloc(whole.length, 0x5a));
    await expect(file.read()).rejects.toMatchObject({ code: 'corrupt' });
    writeFileSync(path, whole);
    expect(await file.read()).toEqual(on);
  });

  it('refuses a change behind a place that is no longer the newest', async () => {
    const { seq } = await file.head();
    await file.append([on], seq);
    await expect(file.append([first], seq)).rejects.toMatchObject({ code: 'conflict' });
    expect(await file.read()).toEqual(on);
  });

  it('waits for a lock of another process and then says so', async () => {
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN EXCLUSIVE');
    const writing = file.append([on]);
    holder.exec('COMMIT');
    await writing;
    expect(await file.read()).toEqual(on);
    const held = holdKillFile(path);
    await expect(file.append([first])).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    // What was stored can be read meanwhile.
    expect(await file.read()).toEqual(on);
    held.release();
    holder.close();
  });
});

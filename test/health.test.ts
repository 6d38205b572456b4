import { readdirSync, renameSync, rmSync, writeFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Health, HealthDetails } from '@aion/contracts';
import { importFiles, readManifest } from '@aion/market';
import { saveRun } from '@aion/pipeline';
import { objectsPath, statePath } from '@aion/runtime';
import { saveProfile } from '@aion/jobs';
import { SESSION } from './canary-run.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { runRecord } from './run-record.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

const CSV = `symbol,date,open,high,low,close,volume\nALPHA,${SESSION},10,11,9,10.5,1000\n`;
let served: ServedHome;
let admin: Member;
let pro: Member;
beforeEach(async () => {
  served = await serveHome(newFolder('health'), { environment: { AION_DEMO_ACCOUNTS: 'false' } });
  await importFiles(served.embedded.ingest, [{ name: 'a.csv', read: async () => new TextEncoder().encode(CSV) }]);
  [admin, pro] = [await newMember(served, 'elite', 'admin'), await newMember(served, 'pro')];
});
afterEach(() => served.close());
afterAll(removeFolders);

const get = (path: string, member?: Member): Promise<Response> =>
  fetch(served.api.url + path, member === undefined ? {} : { headers: { authorization: `Bearer ${member.token}` } });
/** Status and the parts that do not work, after what was known has expired. */
async function ill(): Promise<[number, string[]]> {
  served.clock.advance(1000);
  const response = await get('/v1/health');
  const { checks } = Health.parse(await response.json());
  return [response.status, checks.filter(({ ok }) => !ok).map(({ name }) => name)];
}

describe('health over HTTP', () => {
  it('is 503 once every page of the state file was destroyed, although this process still has it in memory', async () => {
    expect((await ill())[1]).not.toContain('state');
    const path = statePath(served.embedded.loaded.home);
    writeFileSync(path, Buffer.alloc(statSync(path).size, 0xa5), { flag: 'r+' });
    const [status, parts] = await ill();
    expect(status).toBe(503);
    expect(parts).toContain('state');
    expect((await get('/v1/health/live')).status).toBe(200);
  });

  it('is 503 when the object that the lake’s manifest names is gone', async () => {
    expect((await ill())[1]).not.toContain('lake');
    const { objects } = await readManifest(served.embedded.ingest, 'NSE');
    rmSync(join(objectsPath(served.embedded.loaded.home), objects[0]!.key));
    expect(await ill()).toEqual([503, expect.arrayContaining(['lake'])]);
  });

  it('is 503 when the newest run failed, lost its process, or is overdue', async () => {
    const { items } = served.embedded;
    // Ten hours after the close of the only session: its daily run is overdue.
    served.clock.set(Date.UTC(2026, 1, 27, 20));
    expect((await ill())[1]).toEqual(['runs']);
    await saveProfile(items, { simulated: true, asOfMs: Date.UTC(2026, 1, 27, 14) });
    expect(await ill()).toEqual([200, []]);
    await saveRun(items, runRecord({ status: 'failed', error: 'no bars' }));
    expect(await ill()).toEqual([503, ['runs']]);
    await saveRun(items, runRecord({ status: 'interrupted' }));
    expect(await ill()).toEqual([503, ['runs']]);
    const { owner } = await served.embedded.pipeline();
    const [host] = owner.name.split(':');
    await saveRun(items, runRecord({ status: 'running', owner: `${host}:4194305:1` }));
    expect(await ill()).toEqual([503, ['runs']]);
    await saveRun(items, runRecord({ status: 'running', owner: owner.name }));
    expect(await ill()).toEqual([200, []]);
    await saveRun(items, runRecord({}));
    expect(await ill()).toEqual([200, []]);
  });

  it('is 503 while the kill switch is unknown, and well while it is on', async () => {
    const path = join(served.embedded.loaded.home, 'kill.db');
    expect((await ill())[1]).not.toContain('kill');
    await served.embedded.kill.set({ active: true, reason: 'a drill', by: 'test' });
    expect((await ill())[1]).not.toContain('kill');
    await served.embedded.kill.set({ active: false, reason: 'the drill is over', by: 'test' });
    renameSync(path, `${path}.away`);
    const [status, parts] = await ill();
    expect(status).toBe(503);
    expect(parts).toContain('kill');
    renameSync(`${path}.away`, path);
    expect((await ill())[1]).not.toContain('kill');
  });

  it('tells strangers names only, and admins what was found', async () => {
    const { home } = served.embedded.loaded;
    await saveRun(served.embedded.items, runRecord({ status: 'failed', error: `canary ${home}/bars.csv` }));
    served.clock.advance(1000);
    const text = await (await get('/v1/health')).text();
    expect(text).not.toMatch(/canary|detail|\/|bars|NSE-/);
    expect((await get('/v1/admin/health')).status).toBe(401);
    expect((await get('/v1/admin/health', pro)).status).toBe(404);
    const details = await get('/v1/admin/health', admin);
    expect(details.status).toBe(503);
    const { checks } = HealthDetails.parse(await details.json());
    expect(checks.find(({ name }) => name === 'runs')?.detail).toContain('canary');
    expect(checks.find(({ name }) => name === 'disk')?.detail).toMatch(/MB are free/);
  });

  it('leaves nothing of its canary but one row', async () => {
    for (let i = 0; i < 3; i++) await ill();
    const { items } = await served.embedded.items.query({ table: 'ephemeral', pk: 'HEALTH' });
    expect(items).toHaveLength(1);
    expect(readdirSync(served.embedded.loaded.home)).not.toContain('canary');
  });
});

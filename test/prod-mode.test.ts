import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedded } from '@aion/runtime';
import { loadActiveSignals } from '@aion/signals';
import { daily, removeFolders, runCli, simulatedHome } from './embedded-home.ts';
import { newMember, serveHome } from './served-home.ts';

afterAll(removeFolders);

describe('MODE=prod on a home that was run on stubs', () => {
  let home: Embedded;
  let signalId: string;
  beforeAll(async () => {
    home = await simulatedHome('prod');
    await daily(home);
    signalId = (await loadActiveSignals(home.items, 'NSE', '2026-02-27'))[0]!.signal.id;
    home.close();
  });

  it.each([['start', '--no-web'], ['daily'], ['hourly']])('refuses %s and names every stub', async (...args) => {
    const refused = await runCli(home.loaded.home, args, { MODE: 'prod' });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/MODE=prod refuses bundle stub-1: encoder stub-1 is a stub.*veto stub-1/);
  });

  it('serves and prints none of what was published then, and has no demo accounts', async () => {
    const served = await serveHome(home.loaded.home, { environment: { AION_MODE: 'prod' } });
    try {
      expect(served.api.demo).toBeNull();
      const { token } = await newMember(served, 'elite');
      const get = (path: string): Promise<Response> =>
        fetch(`${served.api.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      const list = await get('/v1/signals/latest');
      expect(list.status).toBe(404);
      const { code, detail } = (await list.json()) as { code: string; detail: string };
      expect(detail).toMatch(/serves no stub or simulated signals/);
      expect((await get(`/v1/signals/${signalId}`)).status).toBe(404);
      expect((await get('/v1/market/status')).status).toBe(200);
      // The command line answers as the API does.
      const printed = await runCli(home.loaded.home, ['signals', '--json'], { MODE: 'prod' });
      expect(printed.code).toBe(3);
      expect(printed.json<{ error: object }>().error).toEqual({ fault: 'caller', code, message: detail });
    } finally {
      await served.close();
    }
  });
});

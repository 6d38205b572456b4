import { isAppError } from '@aion/core';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../src/plumbing/faults.ts';
import type { SourceHttp } from '../src/plumbing/source-request.ts';
import { type Route, type ServedFault, testHttp, type VendorServer } from './vendor-server.ts';

export const SECRET = 'KEYKEYKEY';

interface Expected {
  readonly fault: Fault;
  /** Counted by the breaker. */
  readonly ill: boolean;
}

export interface FaultCase {
  readonly source: string;
  readonly of: string;
  readonly routes: () => readonly Route[];
  readonly client: (http: SourceHttp) => () => Promise<unknown>;
  /** Where it differs from what is usual. */
  readonly makes?: Readonly<Partial<Record<ServedFault, Expected>>>;
}

const EXPECTED: Readonly<Record<ServedFault, Expected>> = {
  limit: { fault: 'rate_limited', ill: false },
  error: { fault: 'server_error', ill: true },
  hang: { fault: 'timeout', ill: true },
  html: { fault: 'wrong_type', ill: true },
  note: { fault: 'shape', ill: true },
  garbage: { fault: 'shape', ill: true },
  half: { fault: 'broken_body', ill: true },
  redirect: { fault: 'redirected', ill: true },
  huge: { fault: 'too_large', ill: true },
  denied: { fault: 'denied', ill: false },
};

/** Every fault of a vendor against every client: the error names it, the breaker counts what says that the source is ill, no key is shown. */
export function faultSuite(server: () => VendorServer, cases: readonly FaultCase[]): void {
  describe.each(cases)('$source: $of', ({ source, routes, client, makes }) => {
    const http = (over = {}) => testHttp(source, { secrets: [SECRET], ...over });

    it('answers while nothing is wrong', async () => {
      server().routes.push(...routes());
      const healthy = http();
      await expect(client(healthy)()).resolves.toBeDefined();
      expect([healthy.breaker.state(), healthy.breaker.failures()]).toEqual(['closed', 0]);
    });

    it.each(Object.entries(EXPECTED))(
      'names the fault %s, counts it as it must and shows no key',
      async (served, usual) => {
        server().routes.push(...routes());
        // The site of the exchange is asked twice before a refusal is believed.
        server().fail(served as ServedFault, 2);
        const expected = makes?.[served as ServedFault] ?? usual;
        const asked = http(served === 'hang' ? { callBudgetMs: 60 } : {});
        const error: unknown = await client(asked)().then(
          () => 'it answered',
          (thrown: unknown) => thrown,
        );
        expect(isAppError(error) ? [error.context['source'], error.context['fault']] : error).toEqual([
          source,
          expected.fault,
        ]);
        expect(asked.breaker.failures()).toBe(expected.ill ? 1 : 0);
        const shown = JSON.stringify([String(error), (error as Error).cause, (error as { context?: unknown }).context]);
        expect(shown).not.toContain(SECRET);
      },
    );

    it('is left alone after five failures in a row, and says so', async () => {
      server().routes.push(...routes());
      server().fail('error', 100);
      const asked = http();
      const ask = client(asked);
      for (let i = 0; i < 5; i++) await ask().catch(() => undefined);
      expect(asked.breaker.state()).toBe('open');
      const before = server().requests.length;
      await expect(ask()).rejects.toMatchObject({
        code: 'unavailable',
        retryable: true,
        context: { fault: 'breaker_open' },
      });
      expect(server().requests.length).toBe(before);
    });

    it('gets through a passing failure by asking again', async () => {
      server().routes.push(...routes());
      server().fail('error', 2);
      const waits: number[] = [];
      const asked = http({ attempts: 4, sleep: async (ms: number) => void waits.push(ms) });
      await expect(client(asked)()).resolves.toBeDefined();
      expect(waits).toHaveLength(2);
      expect(waits[0]).toBeLessThan(500);
      expect(waits[1]).toBeLessThan(1000);
    });
  });
}

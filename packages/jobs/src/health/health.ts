import { errorMessage, type Clock, type Telemetry } from '@aion/core';
import type { Host } from '../host.ts';

/** One part of the product. `look` says what it found, or throws when the part does not work. */
export interface HealthCheck {
  readonly name: string;
  look(): Promise<string> | string;
}

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** For the operator: it may name files and addresses. */
  readonly detail: string;
}

export interface HealthOptions {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly every: Host['every'];
  /** An answer is kept so long: who asks without end makes no more work than who asks once. */
  readonly keepMs: number;
  /** A part that has not answered by then does not work. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 2000;

/** Looks at every part at once; however many ask, it looks once per `keepMs`. Each change of a part is logged. */
export function makeHealth(
  checks: readonly HealthCheck[],
  { clock, telemetry, every, keepMs, patienceMs = PATIENCE_MS }: HealthOptions,
): () => Promise<readonly CheckResult[]> {
  const wasOk = new Map<string, boolean>();
  let held: { readonly results: Promise<readonly CheckResult[]>; untilMs: number } | undefined;

  const look = async (check: HealthCheck): Promise<CheckResult> => {
    const result = await lookAt(check, patienceMs, every);
    if (wasOk.get(check.name) !== result.ok && (wasOk.has(check.name) || !result.ok))
      telemetry.log(result.ok ? 'info' : 'error', result.ok ? 'a part works again' : 'a part does not work', {
        part: check.name,
        detail: result.detail,
      });
    wasOk.set(check.name, result.ok);
    telemetry.gauge('part_ok', result.ok ? 1 : 0, { part: check.name });
    return result;
  };
  return () => {
    if (held !== undefined && held.untilMs > clock.monotonicMs()) return held.results;
    // Those who ask while it looks wait for the same look; from its end on it is kept.
    const current = { results: Promise.all(checks.map(look)), untilMs: Number.POSITIVE_INFINITY };
    held = current;
    void current.results.then(() => (current.untilMs = clock.monotonicMs() + keepMs));
    return current.results;
  };
}

async function lookAt({ name, look }: HealthCheck, patienceMs: number, every: Host['every']): Promise<CheckResult> {
  let cancel = (): void => undefined;
  try {
    const detail = await Promise.race([
      (async () => look())(),
      new Promise<never>((_, reject) => {
        cancel = every(patienceMs, () => reject(new Error(`no answer within ${patienceMs} ms`)));
      }),
    ]);
    return { name, ok: true, detail };
  } catch (error) {
    return { name, ok: false, detail: errorMessage(error) };
  } finally {
    cancel();
  }
}

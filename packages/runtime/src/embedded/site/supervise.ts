import { setTimeout as pause } from 'node:timers/promises';
import { errorFields, type Clock, type Telemetry } from '@aion/core';

/** A part of the product in a process of its own. */
export interface RunningPart {
  /** Resolves when its process is gone, with what it said last. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

export interface SuperviseOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Tells a person on the terminal. */
  readonly say?: (line: string) => void;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
/** A part that has run for so long was well: the next wait is short again. */
const WELL_MS = 60_000;

/**
 * Starts a part, and starts it again whenever it ends, after waits that double up to half a minute. Everything else goes on
 * meanwhile. The first start is the caller's to judge: when it fails, this throws.
 */
export async function supervise<P extends RunningPart>(
  start: () => Promise<P>,
  options: SuperviseOptions,
): Promise<{ readonly first: P; close(): Promise<void> }> {
  const { name, clock, telemetry, say = () => undefined } = options;
  const sleep = options.sleep ?? ((ms, signal) => pause(ms, undefined, { signal, ref: false }));
  const closing = new AbortController();
  const first = await start();
  let current: P | undefined = first;
  let waitMs = FIRST_MS;

  const watch = async (): Promise<void> => {
    for (;;) {
      if (current !== undefined) {
        const sinceMs = clock.monotonicMs();
        const said = await current.ended;
        if (closing.signal.aborted) return;
        if (clock.monotonicMs() - sinceMs >= WELL_MS) waitMs = FIRST_MS;
        telemetry.log('error', `${name} ended by itself and is started again`, { waitMs, said });
        telemetry.count('part_restarts', 1, { part: name });
        say(`${name} ended; it is started again in ${waitMs / 1000} s. Everything else goes on.`);
        current = undefined;
      }
      try {
        await sleep(waitMs, closing.signal);
      } catch (error) {
        if (closing.signal.aborted) return;
        throw error;
      }
      waitMs = Math.min(LONGEST_MS, waitMs * 2);
      try {
        current = await start();
        // Closed while it was starting: it is nobody's any more.
        if (closing.signal.aborted) return await current.close();
        say(`${name} is back.`);
      } catch (error) {
        telemetry.log('error', `${name} could not be started again`, { waitMs, ...errorFields(error) });
      }
    }
  };
  const watching = watch();
  watching.catch((error: unknown) => telemetry.log('error', `${name} is no longer watched`, errorFields(error)));
  return {
    first,
    async close() {
      closing.abort();
      await current?.close();
      await watching;
    },
  };
}

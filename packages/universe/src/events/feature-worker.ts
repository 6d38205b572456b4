import {
  bodyOf,
  type StoredForm,
  errorFields,
  errorMessage,
  isAppError,
  type Clock,
  type IncomingMessage,
  type ItemTable,
  type Telemetry,
} from '@aion/core';
import { z } from 'zod';
import { LANES, parseRequest, type FeatureQueues, type FeatureRequest } from './feature-request.ts';

/** Computes what was asked for. It changes nothing: what it returns is kept by the worker, once. */
export type ComputeFeatures = (request: FeatureRequest) => Promise<Readonly<Record<string, unknown>>>;

export interface Worked {
  readonly done: readonly string[];
  /** Requests whose effect was there already. */
  readonly repeated: readonly string[];
  readonly failed: readonly { readonly message: string; readonly error: string }[];
}

export interface FeatureWorker {
  /** Takes one round of requests from the most urgent lane that has any, and works them off by priority. */
  step(): Promise<Worked>;
  /** Requests that were given up, by lane. */
  deadLetters(): Promise<readonly IncomingMessage[]>;
}

const ROUND = 10;
const KEPT_DAYS = 30;
const RESULT: StoredForm<Readonly<Record<string, unknown>>> = {
  ...{ what: 'result of a feature request', v: 1, schema: z.record(z.string(), z.unknown()) },
  advice: 'ask for it again',
};
const resultKey = (id: string) => ({ table: 'product', pk: `FEATREQ#${id}`, sk: 'RESULT' }) as const;

/** The stored result of a feature request; undefined while it is not done. */
export async function loadFeatureResult(
  items: ItemTable,
  id: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  return bodyOf(await items.get(resultKey(id)), RESULT);
}

/**
 * Works feature requests off. The effect of a request is one conditional write under its id, made before the delivery is acknowledged:
 * whoever is killed in between, or gets a request a second time, finds it there and only acknowledges. What fails is delivered again
 * until the queue gives it up, where `deadLetters` shows it.
 */
export function makeFeatureWorker(ports: {
  readonly items: ItemTable;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly queues: FeatureQueues;
  readonly computeFeatures: ComputeFeatures;
  readonly visibilityMs: number;
  /** Fault injection: called at named points; may never return. */
  readonly crashPoint?: (name: string) => void;
}): FeatureWorker {
  const { items, clock, telemetry, queues, computeFeatures, visibilityMs } = ports;

  const effect = async (request: FeatureRequest): Promise<'done' | 'repeated'> => {
    if ((await loadFeatureResult(items, request.id)) !== undefined) return 'repeated';
    const body = await computeFeatures(request);
    ports.crashPoint?.('computed');
    try {
      const expiresAtS = Math.floor(clock.nowMs() / 1000) + KEPT_DAYS * 86_400;
      await items.put({ ...resultKey(request.id), v: 1, body, expiresAtS }, { kind: 'absent' });
    } catch (error) {
      // Another worker had the same delivery after this one's time was over, and was first.
      if (!isAppError(error, 'conflict')) throw error;
      return 'repeated';
    }
    ports.crashPoint?.('stored');
    return 'done';
  };

  return {
    async step() {
      const done: string[] = [];
      const repeated: string[] = [];
      const failed: { message: string; error: string }[] = [];
      for (const lane of LANES) {
        const messages = await queues[lane].receive({ max: ROUND, visibilityMs });
        if (messages.length === 0) continue;
        const readable: { message: IncomingMessage; request: FeatureRequest }[] = [];
        const fail = (message: IncomingMessage, error: unknown): void => {
          failed.push({ message: message.id, error: errorMessage(error) });
          telemetry.log('error', 'a feature request failed', {
            lane,
            message: message.id,
            deliveries: message.deliveries,
            ...errorFields(error),
          });
        };
        for (const message of messages) {
          try {
            readable.push({ message, request: parseRequest(message.body) });
          } catch (error) {
            fail(message, error);
          }
        }
        readable.sort((a, b) => b.request.priority - a.request.priority || (a.request.id < b.request.id ? -1 : 1));
        for (const { message, request } of readable) {
          try {
            const outcome = await effect(request);
            await queues[lane].acknowledge(message.receipt);
            (outcome === 'done' ? done : repeated).push(request.id);
          } catch (error) {
            fail(message, error);
          }
        }
        break;
      }
      return { done, repeated, failed };
    },
    async deadLetters() {
      return (await Promise.all(LANES.map((lane) => queues[lane].deadLetters()))).flat();
    },
  };
}

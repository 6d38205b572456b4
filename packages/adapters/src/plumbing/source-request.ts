import type { Clock } from '@aion/core';
import type { Provenance } from '@aion/market/sources';
import type { z } from 'zod';
import type { SourceBreaker } from './breaker.ts';

/** `page`: whatever comes, also with a status of refusal, such as a page that is asked for its cookies only. */
export type Accept = 'json' | 'csv' | 'xml' | 'binary' | 'page';

export interface SourceRequest {
  readonly url: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly accept: Accept;
  /** The deadline of the operation; see `operation`. */
  readonly signal?: AbortSignal;
}

export interface SourceAnswer {
  readonly bytes: Uint8Array;
  text(): string;
  readonly headers: Headers;
  readonly provenance: Provenance;
}

export interface SourceHttp {
  readonly source: string;
  readonly clock: Clock;
  readonly breaker: SourceBreaker;
  readonly scrub: (text: string) => string;
  /** The deadline of a question that takes several requests, joined with the caller's own. */
  operation(signal?: AbortSignal): AbortSignal;
  /** A whole answer with status 2xx; anything else throws a fault. `check` may throw faults of its own and is retried with it. */
  body(request: SourceRequest, check?: (answer: SourceAnswer) => void): Promise<SourceAnswer>;
  /** As `body`, through a schema. `notice` sees the JSON first: the place for errors that come with status 200. */
  json<T>(
    request: SourceRequest,
    schema: z.ZodType<T>,
    notice?: (json: unknown) => void,
  ): Promise<{ value: T; provenance: Provenance; headers: Headers }>;
}

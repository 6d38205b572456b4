import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, errorMessage, type Rng, sha256Hex, silentTelemetry, type Telemetry, isAppError } from '@aion/core';
import { isOpen, makeBreaker, type SourceBreaker } from './breaker.ts';
import { maySoonHelp, sourceFault, faultOf } from './faults.ts';
import { makeLocalLimiter, type Rate, type RateLimiter } from './limiter.ts';
import { readBody, retryAfterMs } from './read-body.ts';
import { readJson } from './read-json.ts';
import { firstWords, makeScrubber } from './scrubber.ts';
import type { Accept, SourceRequest, SourceAnswer, SourceHttp } from './source-request.ts';

export interface SourceHttpOptions {
  readonly source: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly rate: Rate;
  /** In place of a limit within this process. */
  readonly limiter?: RateLimiter;
  readonly breaker?: SourceBreaker;
  /** Values that never appear in an error, a log or a provenance. */
  readonly secrets?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly attempts?: number;
  /** First bound of the wait between tries; doubled with each. */
  readonly baseMs?: number;
  /** Of one request. */
  readonly callBudgetMs?: number;
  /** Of all requests of one question, waits included. */
  readonly operationBudgetMs?: number;
  readonly maxBytes?: number;
  readonly telemetry?: Telemetry;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const MIB = 1024 * 1024;
const MAX_REDIRECTS = 3;
const CAP_MS = 30_000;
const USER_AGENT = 'aion/0.1';

/**
 * HTTP to one source on the global fetch: rate limit, retry with full jitter (a uniform wait between zero and a doubled bound; Retry-After
 * is kept to), circuit breaker, time budgets, a cap on the body, and provenance on every answer.
 */
export function makeSourceHttp(options: SourceHttpOptions): SourceHttp {
  const {
    source,
    clock,
    rng,
    attempts = 4,
    baseMs = 500,
    callBudgetMs = 15_000,
    operationBudgetMs = 120_000,
  } = options;
  const {
    telemetry = silentTelemetry,
    maxBytes = 32 * MIB,
    sleep = (ms, signal) => pause(ms, undefined, { signal }),
  } = options;
  const limiter = options.limiter ?? makeLocalLimiter(options.rate);
  const breaker = options.breaker ?? makeBreaker();
  const scrub = makeScrubber(options.secrets ?? []);

  function operation(signal?: AbortSignal): AbortSignal {
    const budget = AbortSignal.timeout(operationBudgetMs);
    return signal === undefined ? budget : AbortSignal.any([budget, signal]);
  }

  async function once(request: SourceRequest, operationSignal: AbortSignal): Promise<SourceAnswer> {
    const url = urlOf(request);
    const shown = scrub(url.href);
    const signal = AbortSignal.any([operationSignal, AbortSignal.timeout(callBudgetMs)]);
    try {
      const response = await follow(request, url, shown, signal);
      const cookiesOnly = request.accept === 'page' && response.status < 500 && response.status !== 429;
      if (!response.ok && !cookiesOnly) throw await statusFault(response, shown);
      checkType(response, request.accept, shown);
      const bytes = await readBody(source, response, maxBytes);
      const text = (): string => new TextDecoder().decode(bytes);
      if (
        !['binary', 'xml', 'page'].includes(request.accept) &&
        /^\s*<(!doctype|html|head|body)/i.test(text().slice(0, 200))
      ) {
        throw wrongType(request.accept, firstWords(text(), scrub), shown);
      }
      const provenance = { source, url: shown, fetchedMs: clock.nowMs(), sha256: sha256Hex(bytes) };
      return { bytes, text, headers: response.headers, provenance };
    } catch (error) {
      throw asFault(error, shown, operationSignal);
    }
  }

  async function follow(request: SourceRequest, start: URL, shown: string, signal: AbortSignal): Promise<Response> {
    let url = start;
    for (let hop = 0; ; hop++) {
      const response = await fetch(url, {
        method: request.method ?? 'GET',
        headers: { 'user-agent': USER_AGENT, ...options.headers, ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        signal,
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null) return response;
      await response.body?.cancel();
      const next = new URL(location, url);
      if (next.host !== start.host || next.protocol !== start.protocol || hop >= MAX_REDIRECTS) {
        const message = `expected an answer from ${start.host}, it sends elsewhere (${scrub(next.host)}); keys are not sent there. Check the source's address`;
        throw sourceFault('redirected', source, message, { url: shown, status: response.status });
      }
      url = next;
    }
  }

  async function statusFault(response: Response, url: string): Promise<Error> {
    const { status } = response;
    const body = await readBody(source, response, 64 * 1024).then(
      (bytes) => new TextDecoder().decode(bytes),
      (error: unknown) => errorMessage(error),
    );
    const said = `status ${status}, it said "${firstWords(body, scrub)}"`;
    if (status === 429) {
      const waitMs = retryAfterMs(response, clock.nowMs());
      const when = waitMs === undefined ? 'later' : `in ${Math.ceil(waitMs / 1000)} s`;
      return sourceFault('rate_limited', source, `too many requests (${said}); ask again ${when}`, {
        url,
        status,
        ...(waitMs === undefined ? {} : { waitMs }),
      });
    }
    if (status >= 500) {
      const waitMs = retryAfterMs(response, clock.nowMs());
      const more = waitMs === undefined ? {} : { waitMs };
      return sourceFault('server_error', source, `it failed (${said}); ask again later`, { url, status, ...more });
    }
    if (status === 401 || status === 403) {
      return sourceFault('denied', source, `it refused us (${said}); check the key, its plan and the terms`, {
        url,
        status,
      });
    }
    if (status === 404) return sourceFault('missing', source, `it has no such thing (${said})`, { url, status });
    return sourceFault('refused', source, `it refused the request (${said})`, { url, status });
  }

  function checkType(response: Response, accept: Accept, url: string): void {
    const type = response.headers.get('content-type') ?? '';
    if (accept === 'json' && /text\/html|application\/xml|text\/xml|image\//i.test(type)) {
      void response.body?.cancel();
      throw wrongType(accept, type, url);
    }
    if (accept !== 'page' && accept !== 'xml' && /text\/html/i.test(type)) {
      void response.body?.cancel();
      throw wrongType(accept, type, url);
    }
  }

  const wrongType = (accept: Accept, found: string, url: string): Error =>
    sourceFault(
      'wrong_type',
      source,
      `expected ${accept.toUpperCase()}, found "${found}": a page for people, perhaps a block; look at the address in a browser`,
      { url },
    );

  function asFault(error: unknown, url: string, operationSignal: AbortSignal): unknown {
    if (isAppError(error)) return error;
    if (operationSignal.aborted && (operationSignal.reason as Error).name !== 'TimeoutError') {
      return sourceFault('cancelled', source, 'the caller stopped waiting', { url });
    }
    if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
      const within = operationSignal.aborted ? `${operationBudgetMs} ms for the whole question` : `${callBudgetMs} ms`;
      return sourceFault('timeout', source, `no whole answer within ${within}; ask again later`, { url });
    }
    if (error instanceof TypeError) {
      const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : error.message;
      return sourceFault(
        'network',
        source,
        `it cannot be reached (${scrub(cause)}); check the network, ask again later`,
        { url },
      );
    }
    return error;
  }

  async function ask<T>(request: SourceRequest, read: (answer: SourceAnswer) => T): Promise<T> {
    const signal = request.signal ?? operation();
    const shown = scrub(urlOf(request).href);
    for (let attempt = 1; ; attempt++) {
      try {
        await limiter.acquire(signal);
        return await breaker.execute(async () => read(await once(request, signal)));
      } catch (thrown) {
        const error = isOpen(thrown)
          ? sourceFault(
              'breaker_open',
              source,
              'it failed several times in a row and is left alone for a minute; ask again later',
              { url: shown },
            )
          : asFault(thrown, shown, signal);
        telemetry.count('source_failures', 1, { source, fault: faultOf(error) ?? 'unknown' });
        if (!maySoonHelp(error) || attempt >= attempts || signal.aborted) throw error;
        const asked = isAppError(error) ? (error.context['waitMs'] as number | undefined) : undefined;
        if (asked !== undefined && asked > CAP_MS) throw error;
        const waitMs = asked ?? rng.next() * Math.min(CAP_MS, baseMs * 2 ** (attempt - 1));
        try {
          await sleep(waitMs, signal);
        } catch {
          // The budget ended while waiting: what the source said last is the reason.
          throw error;
        }
      }
    }
  }

  return {
    source,
    clock,
    breaker,
    scrub,
    operation,
    body: (request, check) =>
      ask(request, (answer) => {
        check?.(answer);
        return answer;
      }),
    json: (request, schema, notice) =>
      ask(request, (answer) => {
        const value = readJson({ source, scrub }, answer, schema, notice);
        return { value, provenance: answer.provenance, headers: answer.headers };
      }),
  };
}

function urlOf({ url, query = {} }: SourceRequest): URL {
  const full = new URL(url);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) full.searchParams.set(name, String(value));
  return full;
}

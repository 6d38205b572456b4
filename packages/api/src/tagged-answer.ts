import { gzipSync } from 'node:zlib';
import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import { sha256Hex, shortId } from '@aion/core';
import type { ApiEnv } from './caller.ts';

/** An answer as bytes that were made once, with the tag that a client may ask by. */
export interface TaggedAnswer<T> {
  readonly etag: string;
  readonly json: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** What the bytes say; no value, for its type alone. */
  readonly body?: T;
}

/** The bytes of an answer. */
export function makeTagged<T extends object>(body: T): TaggedAnswer<T> {
  const json = new TextEncoder().encode(JSON.stringify(body));
  return { etag: `"${shortId(sha256Hex(json), 24)}"`, json, gzip: new Uint8Array(gzipSync(json, { level: 6 })) };
}

/** Sends it, zipped where the client takes that, or says that it is unchanged. */
export function sendTagged<T>(c: Context<ApiEnv>, answer: TaggedAnswer<T>): TypedResponse<JSONParsed<T>, 200, 'json'> {
  // Hono knows the type of what it serialises itself. Of bytes it is told here, so that a route which sends another schema does not compile.
  return respond(c, answer) as unknown as TypedResponse<JSONParsed<T>, 200, 'json'>;
}

function respond<T>(c: Context<ApiEnv>, answer: TaggedAnswer<T>): Response {
  const headers = {
    etag: answer.etag,
    'cache-control': 'private, no-cache',
    vary: 'authorization, accept-encoding',
    'content-type': 'application/json',
  };
  if (namesTag(c.req.header('if-none-match'), answer.etag)) return c.body(null, 304, headers);
  const zipped = takesGzip(c.req.header('accept-encoding') ?? '');
  return zipped
    ? c.body(answer.gzip, 200, { ...headers, 'content-encoding': 'gzip' })
    : c.body(answer.json, 200, headers);
}

/** If-None-Match holds `*` or a list; a proxy that recompressed the body has made its tags weak. */
function namesTag(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim());
  return tags.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
}

/** RFC 9110, section 12.5.3: `*` stands for the codings that are not named; a weight of 0 refuses. */
function takesGzip(acceptEncoding: string): boolean {
  const weights = acceptEncoding.split(',').flatMap((coding) => {
    const [, name, weight] = /^\s*([\w-]+|\*)\s*(?:;\s*q=(\d(?:\.\d*)?)\s*)?$/i.exec(coding) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), Number(weight ?? 1)] as const];
  });
  const named = weights.find(([name]) => name === 'gzip') ?? weights.find(([name]) => name === '*');
  return named !== undefined && named[1] > 0;
}

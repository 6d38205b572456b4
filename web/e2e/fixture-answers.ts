import type { ErrorCode } from '@aion/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '@aion/contracts';
import type { z } from 'zod';

/** How the fixtures answer: each value checked against its contract, refusals as problems. */
export function reply<S extends z.ZodType>(response: ServerResponse, schema: S, value: z.infer<S>, status = 200): void {
  send(response, status, schema.parse(value));
}

/** What the API says, or the site's own relay in its place. */
export type AnsweredCode = ErrorCode | 'internal' | 'api_slow';

export function problem(response: ServerResponse, status: number, code: AnsweredCode, detail: string): void {
  const value = Problem.parse({ type: 'about:blank', title: detail.split('.')[0]!, status, detail, code });
  send(response, status, value, 'application/problem+json');
}

export function send(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'private, no-cache' });
  response.end(JSON.stringify(value));
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

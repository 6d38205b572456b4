import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { Problem } from '@aion/contracts';
import type { ApiEnv } from './caller.ts';

export type Api = OpenAPIHono<ApiEnv>;

/** The error answers that every route may give. */
export const problems = {
  default: { description: 'A problem (RFC 9457)', content: { 'application/problem+json': { schema: Problem } } },
} as const;

/** An answer with a JSON body of this schema. */
export function jsonOf<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

import type { z } from 'zod';

/**
 * What does not fit, in one line: where, and what was expected there.
 *
 * @example firstIssue(z.object({ shares: z.int() }).safeParse({}).error!) // 'shares: Invalid input: expected number, received undefined'
 */
export function firstIssue({ issues: [issue] }: Pick<z.ZodError, 'issues'>): string {
  return `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not as expected'}`;
}

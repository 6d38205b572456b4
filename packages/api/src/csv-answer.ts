import type { Context } from 'hono';
import type { ApiEnv } from './caller.ts';

/** Sends a CSV as a file of that name. */
export const sendCsv = (c: Context<ApiEnv>, fileName: string, csv: string): Response =>
  c.body(csv, 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${fileName}"`,
  });

import 'server-only';

/** One line of JSON per event on the error stream of the site's process. No tokens and no bodies belong in it. */
export function logFailure(event: string, fields: Record<string, string>, cause?: unknown): void {
  const error = cause instanceof Error ? { error: cause.message, cause: String(cause.cause ?? '') } : {};
  process.stderr.write(`${JSON.stringify({ level: 'error', event, ...fields, ...error })}\n`);
}

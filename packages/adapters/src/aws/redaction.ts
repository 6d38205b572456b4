// The same names as the embedded host's telemetry redacts: a test holds the two together.
export const SECRET_FIELDS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'secret',
  'apiKey',
] as const;

const NAMES = new Set<string>(SECRET_FIELDS.map((name) => name.toLowerCase()));
const MAX_DEPTH = 8;

/** A copy for logs: fields with a secret's name are censored at any depth, errors become plain, cycles and depths end. */
export function redact(value: unknown, depth = 0, above: readonly object[] = []): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (depth > MAX_DEPTH) return '[too deep]';
  const within = [...above, value];
  if (Array.isArray(value)) return value.map((member) => redact(member, depth + 1, within));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return redact(Object.fromEntries(value), depth, within);
  if (value instanceof Set) return redact([...value], depth, within);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const shown =
    value instanceof Error
      ? { ...value, type: value.name, message: value.message, stack: value.stack, cause: value.cause }
      : value;
  return Object.fromEntries(
    Object.entries(shown)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [
        name,
        NAMES.has(name.toLowerCase()) ? '[redacted]' : redact(member, depth + 1, within),
      ]),
  );
}

import { pino } from 'pino';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels, LogLevel, Telemetry } from '@aion/core';

const SECRET_FIELDS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'secret',
  'apiKey',
];

/** Structured JSON logs (pino, secrets redacted by field name) and Prometheus metrics. */
export function makeTelemetry(options: { level: LogLevel | 'silent'; destination?: 'stdout' | 'stderr' }): Telemetry & {
  metricsText(): Promise<string>;
} {
  const logger = pino(
    {
      level: options.level,
      base: null,
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
    },
    pino.destination(options.destination === 'stdout' ? 1 : 2),
  );
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  const names = (labels: Labels): string[] => Object.keys(labels).sort();
  const of = <T>(kinds: Map<string, T>, name: string, make: () => T): T => {
    let metric = kinds.get(name);
    if (metric === undefined) kinds.set(name, (metric = make()));
    return metric;
  };
  return {
    log: (level, message, fields = {}) => logger[level](fields, message),
    count: (name, by = 1, labels = {}) =>
      of(counters, name, () => {
        const full = `aion_${name}_total`;
        return new Counter({ name: full, help: full, labelNames: names(labels), registers: [registry] });
      }).inc({ ...labels }, by),
    gauge: (name, value, labels = {}) =>
      of(gauges, name, () => {
        const full = `aion_${name}`;
        return new Gauge({ name: full, help: full, labelNames: names(labels), registers: [registry] });
      }).set({ ...labels }, value),
    duration: (name, milliseconds, labels = {}) =>
      of(histograms, name, () => {
        const full = `aion_${name}_seconds`;
        return new Histogram({ name: full, help: full, labelNames: names(labels), registers: [registry] });
      }).observe({ ...labels }, milliseconds / 1000),
    metricsText: () => registry.metrics(),
  };
}

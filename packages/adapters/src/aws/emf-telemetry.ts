import type { Clock, Labels, LogLevel, Telemetry } from '@aion/core';
import { redact } from './redaction.ts';

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
/** CloudWatch's limit on the dimensions of a metric. */
const MAX_DIMENSIONS = 30;

export type EmfTelemetry = Telemetry & {
  /** A telemetry that adds these fields to each of its log lines and metric lines (not as dimensions): `correlationId`, `traceId` … */
  withFields(fields: Readonly<Record<string, unknown>>): EmfTelemetry;
};

/**
 * The Telemetry port for CloudWatch: each log and each metric is one JSON line on standard output. A metric line is in the Embedded Metric
 * Format (namespace `Aion`, labels and `dimensions` as dimensions), so that Lambda and Fargate need no agent and no request. Secrets are
 * redacted by
 * field name at any depth.
 *
 * @example
 * const telemetry = makeEmfTelemetry({ clock: systemClock, dimensions: { stage: 'dev' } });
 * telemetry.gauge('jobs_overdue', 0);
 */
export function makeEmfTelemetry(options: {
  clock: Clock;
  level?: LogLevel;
  fields?: Readonly<Record<string, unknown>>;
  /** What every metric is told apart by besides its labels, such as the deployment: no label and no field overwrites it. */
  dimensions?: Readonly<Record<string, string>>;
  write?: (line: string) => void;
}): EmfTelemetry {
  const { clock, level = 'info', fields: own = {}, dimensions: shared = {} } = options;
  const { write = (line: string) => void process.stdout.write(line) } = options;
  const fixed = redact(own) as Record<string, unknown>;
  const metric = (name: string, value: number, unit: 'Count' | 'None' | 'Milliseconds', labels: Labels): void => {
    // The shared ones first: a metric with too many labels loses labels.
    const dimensions = [...new Set([...Object.keys(shared), ...Object.keys(labels).sort()])].slice(0, MAX_DIMENSIONS);
    const line = {
      // Labels come after the fixed fields: a dimension must have the label's value.
      ...fixed,
      ...(redact(labels) as object),
      ...shared,
      [name]: value,
      _aws: {
        Timestamp: clock.nowMs(),
        CloudWatchMetrics: [{ Namespace: 'Aion', Dimensions: [dimensions], Metrics: [{ Name: name, Unit: unit }] }],
      },
    };
    write(`${JSON.stringify(line)}\n`);
  };
  return {
    log(at, message, fields = {}) {
      if (ORDER.indexOf(at) < ORDER.indexOf(level)) return;
      const line = { ...fixed, ...(redact(fields) as object), ...shared, level: at, time: clock.nowMs(), message };
      write(`${JSON.stringify(line)}\n`);
    },
    count: (name, by = 1, labels = {}) => metric(`${name}_total`, by, 'Count', labels),
    gauge: (name, value, labels = {}) => metric(name, value, 'None', labels),
    duration: (name, milliseconds, labels = {}) => metric(`${name}_ms`, milliseconds, 'Milliseconds', labels),
    withFields: (more) => makeEmfTelemetry({ ...options, fields: { ...own, ...more } }),
  };
}

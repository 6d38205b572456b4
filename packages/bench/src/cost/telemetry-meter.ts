import type { Telemetry } from '@aion/core';

interface Line {
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/** What a telemetry writes: its bytes, and its metrics as CloudWatch tells them apart, by name and the values of the dimensions. */
export function meterTelemetry(make: (write: (line: string) => void) => Telemetry): {
  readonly telemetry: Telemetry;
  bytes(): number;
  metrics(): string[];
} {
  let bytes = 0;
  const metrics = new Set<string>();
  const telemetry = make((line) => {
    bytes += Buffer.byteLength(line);
    const parsed = JSON.parse(line) as Line & Record<string, unknown>;
    for (const { Dimensions, Metrics } of parsed['_aws']?.CloudWatchMetrics ?? [])
      for (const { Name } of Metrics)
        for (const names of Dimensions)
          metrics.add([Name, ...names.map((name) => `${name}=${String(parsed[name])}`)].join(' '));
  });
  return { telemetry, bytes: () => bytes, metrics: () => [...metrics].sort() };
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Labels = Readonly<Record<string, string>>;

/** Structured logs and metrics through one port. Adapters redact secrets by field name. */
export interface Telemetry {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Adds to a counter, `aion_<name>_total`. */
  count(name: string, by?: number, labels?: Labels): void;
  /** Sets a gauge, `aion_<name>`. */
  gauge(name: string, value: number, labels?: Labels): void;
  /** Records a duration in a histogram, `aion_<name>_seconds`. */
  duration(name: string, milliseconds: number, labels?: Labels): void;
}

export const silentTelemetry: Telemetry = { log() {}, count() {}, gauge() {}, duration() {} };

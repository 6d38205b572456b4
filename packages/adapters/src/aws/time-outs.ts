/** How long a request may take before it counts as lost. Without these the SDK waits for ever. */
export interface TimeOuts {
  readonly connectionMs: number;
  /** Until the answer begins, and the longest silence within it. */
  readonly requestMs: number;
}

/** Services whose answers are small: tables, parameters, queues, state machines. */
export const SMALL_ANSWERS: TimeOuts = { connectionMs: 1000, requestMs: 5000 };
/** S3 takes and gives objects of many megabytes. */
export const OBJECTS: TimeOuts = { connectionMs: 1000, requestMs: 30_000 };
/** A call that waits for another function's answer: less than the 29 s that the API itself has. */
export const INVOCATIONS: TimeOuts = { connectionMs: 1000, requestMs: 25_000 };

/** Client options that turn a request without an answer into a `TimeoutError`. */
export const withTimeOuts = ({ connectionMs, requestMs }: TimeOuts) => ({
  requestHandler: {
    connectionTimeout: connectionMs,
    requestTimeout: requestMs,
    // Else the SDK only logs a warning.
    throwOnRequestTimeout: true,
    socketTimeout: requestMs,
  },
});

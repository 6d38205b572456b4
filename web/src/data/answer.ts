import type { Problem } from '@aion/contracts';

/** What came back from the API. `failed` is for no usable answer: connection, time-out, 5xx, or an unexpected shape. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'problem'; problem: Problem }
  | { kind: 'failed'; message: string };

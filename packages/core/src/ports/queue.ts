export interface OutgoingMessage {
  readonly body: string;
  /** Messages of one group are delivered in order, one at a time. */
  readonly groupId: string;
  /** A second message with the same id within five minutes is dropped. */
  readonly deduplicationId: string;
}

export interface IncomingMessage {
  readonly id: string;
  readonly body: string;
  readonly groupId: string;
  /** 1 at the first delivery. */
  readonly deliveries: number;
  /** Proves ownership of this delivery; stale after the visibility time. */
  readonly receipt: string;
}

/** A FIFO queue with visibility time, deduplication and dead letters (SQLite or SQS). */
export interface Queue {
  send(message: OutgoingMessage): Promise<void>;
  receive(options: { readonly max: number; readonly visibilityMs: number }): Promise<readonly IncomingMessage[]>;
  /** Ends the delivery. Returns false when the receipt is stale: another worker has the message. */
  acknowledge(receipt: string): Promise<boolean>;
  extend(receipt: string, visibilityMs: number): Promise<boolean>;
  /** Messages given up after too many deliveries, oldest first. */
  deadLetters(limit?: number): Promise<readonly IncomingMessage[]>;
  /** Puts every dead letter back, with its count at zero. Returns how many. */
  redrive(): Promise<number>;
}

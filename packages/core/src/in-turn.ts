/** Does what it is given one after the other, in the order in which it was asked for; what one throws is for its own caller only. */
export interface Turns {
  <T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when everything asked for until now has ended, well or badly. */
  settled(): Promise<void>;
}

/**
 * A queue of work within this process: each piece begins when the one before it has ended.
 *
 * @example const inTurn = makeTurns(); await Promise.all([inTurn(first), inTurn(second)]); // second begins when first has ended
 */
export function makeTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch((error: unknown) => error);
    return done;
  };
  return Object.assign(inTurn, { settled: async (): Promise<void> => void (await last) });
}

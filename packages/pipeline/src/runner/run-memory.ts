/** What the stages that one process runs leave for one another. It is never the only copy of anything. */
export type RunMemory = Readonly<Record<never, never>>;

/** An empty memory for the stages of one run in this process. */
export const makeRunMemory = (): RunMemory => ({});

/**
 * A place in the memory of runs, for values of one type. Calling it gives the value that a run has there, made on the first call.
 *
 * @example
 * const framesIn = memorySlot(() => new Map<string, SymbolBars>());
 * framesIn(context.memory).set(symbol, frames);
 */
export function memorySlot<T extends object>(make: () => T): (memory: RunMemory) => T {
  const held = new WeakMap<RunMemory, T>();
  return (memory) => {
    const found = held.get(memory);
    if (found !== undefined) return found;
    const made = make();
    held.set(memory, made);
    return made;
  };
}

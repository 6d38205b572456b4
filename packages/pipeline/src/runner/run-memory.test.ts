import { describe, expect, it } from 'vitest';
import { makeRunMemory, memorySlot } from './run-memory.ts';

describe('the memory of a run', () => {
  it('keeps what was put into a place for as long as the run goes on', () => {
    const namesIn = memorySlot(() => new Set<string>());
    const memory = makeRunMemory();
    namesIn(memory).add('AAA');
    expect([...namesIn(memory)]).toEqual(['AAA']);
  });

  it('holds apart two runs, and two places of one run that keep values of one kind', () => {
    const namesIn = memorySlot(() => new Set<string>());
    const othersIn = memorySlot(() => new Set<string>());
    const memory = makeRunMemory();
    namesIn(memory).add('AAA');
    expect(othersIn(memory).size).toBe(0);
    expect(namesIn(makeRunMemory()).size).toBe(0);
  });
});

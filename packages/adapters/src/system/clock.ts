import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@aion/core';

const monotonicMs = (): number => performance.now();

/** The wall clock, and the machine's own count of time beside it. */
export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs, pause: (ms) => wait(ms) };

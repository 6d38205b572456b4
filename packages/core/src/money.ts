import { z } from 'zod';
import { CURRENCIES } from './vocabulary.ts';

export const Currency = z.enum(CURRENCIES);
export type Currency = z.infer<typeof Currency>;

/** An integer number of paise or cents. The currency stands beside it, never inside it. */
export const Minor = z.int();
export type Minor = number;

export const MINOR_PER_MAJOR = 100;

/**
 * Rounds a research price (major units, number) to integer minor units, half away from zero.
 *
 * @example toMinor(1402.25) // 140225 paise
 */
export function toMinor(majorPrice: number): Minor {
  return Math.sign(majorPrice) * Math.round(Math.abs(majorPrice) * MINOR_PER_MAJOR);
}

/**
 * Minor units (paise, cents) as a price in major units: for reading and for display, never for cash sums.
 *
 * @example toMajor(140_225) // 1402.25
 */
export function toMajor(minor: Minor): number {
  return minor / MINOR_PER_MAJOR;
}

/** Rounds minor units to a multiple of the tick; `down` and `up` say the direction, `nearest` halves go up. */
export function roundToTick(minor: Minor, tickMinor: Minor, direction: 'down' | 'up' | 'nearest'): Minor {
  const ticks = minor / tickMinor;
  const rounded = direction === 'down' ? Math.floor(ticks) : direction === 'up' ? Math.ceil(ticks) : Math.round(ticks);
  return rounded * tickMinor;
}

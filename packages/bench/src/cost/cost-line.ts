import { PRICE_DATE, PRICES, type Price, type PriceName } from './prices.ts';

export interface CostLine {
  readonly service: string;
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly priceDate: string;
  readonly monthlyUsd: number;
  /** The same with what AWS gives every account for ever. The whole of it: another product in the account uses it as well. */
  readonly withFreeUsd: number;
  /** How the quantity comes about. */
  readonly why: string;
  readonly price: PriceName;
}

export function line(service: string, what: string, price: PriceName, quantity: number, why: string): CostLine {
  const { unit, usd } = PRICES[price];
  if (!Number.isFinite(quantity) || quantity < 0)
    throw new RangeError(`${service}, ${what}: a quantity must be a number from 0, found ${quantity}`);
  return {
    service,
    what,
    quantity,
    unit,
    unitPriceUsd: usd,
    priceDate: PRICE_DATE,
    monthlyUsd: quantity * usd,
    withFreeUsd: quantity * usd,
    why,
    price,
  };
}

/** Takes what is free off the lines of each price, first come first served. */
export function withFreeTier(lines: readonly CostLine[]): CostLine[] {
  const left = new Map<PriceName, number>();
  return lines.map((entry) => {
    const price: Price = PRICES[entry.price];
    const free = left.get(entry.price) ?? price.freeUnits ?? 0;
    const paid = Math.max(0, entry.quantity - free);
    left.set(entry.price, free - (entry.quantity - paid));
    return { ...entry, withFreeUsd: paid * entry.unitPriceUsd };
  });
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0);

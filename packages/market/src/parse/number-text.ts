/** How a currency is written before or behind an amount; amounts of other currencies are no numbers of the market. */
const MARKS: Readonly<Record<string, string>> = {
  INR: String.raw`(?:₹|INR|Rs\.?|Re\.?)`,
  USD: String.raw`(?:US\$|\$|USD)`,
};

/** Of the markets that are known. */
export const CURRENCIES = Object.keys(MARKS);

/** Digits without groups, with a fraction, an exponent, or both. */
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
/** Commas between thousands throughout, or between lakhs and crores: the last group has three digits, and the first begins with no 0. A decimal comma is none of these: `0,125`. */
const GROUPED = String.raw`(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})*,\d{3})(?:\.\d*)?`;
const WRITTEN = new Map(
  ['', ...CURRENCIES].map((currency) => {
    const mark = MARKS[currency] === undefined ? '' : `(?:${MARKS[currency]}\\s*)?`;
    const behind = MARKS[currency] === undefined ? '' : `(?:\\s*(?:/-|${MARKS[currency]}))?`;
    return [currency, new RegExp(`^([+-]?)${mark}([+-]?)(${GROUPED}|\\d+\\.?\\d*|\\.\\d+)${behind}$`, 'i')] as const;
  }),
);

/**
 * The number that a cell of a file writes, the same for every kind of file: blanks around it, commas between thousands or lakhs, and where
 * a currency is given its mark (`₹1,000.50`, `Rs. 5/-`). Undefined for what is no number, an empty cell among it.
 */
export function readNumber(cell: string, currency = ''): number | undefined {
  const text = cell.trim();
  if (PLAIN.test(text)) return finite(Number(text));
  const [, sign, inner, digits] = (WRITTEN.get(currency) ?? WRITTEN.get('')!).exec(text) ?? [];
  if (digits === undefined || (sign !== '' && inner !== '')) return undefined;
  const amount = Number(digits.replaceAll(',', ''));
  return finite(sign === '-' || inner === '-' ? -amount : amount);
}

/** `1e999` is more than a number here holds. */
const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

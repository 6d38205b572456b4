/** Families of NSE series other than EQ: known, and not used. */
const NOT_USED: readonly RegExp[] = [
  /^(BE|BZ|BL|BT|BO|BI)$/, // trade to trade, surveillance, block windows
  /^(SM|ST|SZ|SO|SI)$/, // small and medium enterprises
  /^(GB|GS|GC|SG|TB|CB|CG)$/, // government bonds, treasury bills, gold bonds
  /^(MF|ME|IV|RR|ID|IT|IL|DR|RE|RT)$/, // fund units, trusts, receipts, rights entitlements
  /^(N[0-9A-Z]|[YZ][0-9A-Z]|U[0-9]|A[A-Z]|BB|BC)$/, // debentures
  /^([DEFPQWXKH][0-9])$/, // warrants, partly paid, preference shares
  /^T[0-9]$/, // shorter settlement
];

/** Whether a series code other than EQ is one the exchange uses. EQ alone is imported. */
export function isKnownSeries(code: string): boolean {
  return code === 'EQ' || NOT_USED.some((family) => family.test(code));
}

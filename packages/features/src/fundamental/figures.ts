/** A figure of a company that features read, from whatever its vendors call it. */
export interface Figure {
  readonly reference: string;
  /** `per_share` is money a share, in the record's currency; `shares` is their number; both change when a share is split. */
  readonly unit: 'per_share' | 'shares' | 'ratio';
  /** Vendors' names of it, the preferred first, and what their unit is multiplied with. */
  readonly metrics: readonly { readonly name: string; readonly times: number }[];
}

const as = (...names: string[]): Figure['metrics'] => names.map((name) => ({ name, times: 1 }));

/** Yahoo's names begin with a small letter, Alpha Vantage's with a capital one. */
export const FIGURES = {
  earnings: {
    reference: 'fundamental_earnings',
    unit: 'per_share',
    metrics: as('trailingEps', 'DilutedEPSTTM', 'EPS'),
  },
  book: { reference: 'fundamental_book', unit: 'per_share', metrics: as('bookValue', 'BookValue') },
  dividend: { reference: 'fundamental_dividend', unit: 'per_share', metrics: as('dividendRate', 'DividendPerShare') },
  shares: { reference: 'fundamental_shares', unit: 'shares', metrics: as('sharesOutstanding', 'SharesOutstanding') },
  debt: {
    reference: 'fundamental_debt_to_equity',
    unit: 'ratio',
    // Yahoo states it in percent.
    metrics: [{ name: 'debtToEquity', times: 0.01 }],
  },
  returnOnEquity: {
    reference: 'fundamental_return_on_equity',
    unit: 'ratio',
    metrics: as('returnOnEquity', 'ReturnOnEquityTTM'),
  },
  growth: {
    reference: 'fundamental_revenue_growth',
    unit: 'ratio',
    metrics: as('revenueGrowth', 'QuarterlyRevenueGrowthYOY'),
  },
} as const satisfies Readonly<Record<string, Figure>>;

/** The day on which the newest report became known. */
export const REPORT_DAY = 'fundamental_report_day';

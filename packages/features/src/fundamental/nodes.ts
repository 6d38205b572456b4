import { featureNode, type FeatureNode } from '../engine/node.ts';
import { scalarKernel } from '../kernel/kernel.ts';
import { FIGURES, REPORT_DAY } from './figures.ts';

const REFERENCES = [...Object.values(FIGURES).map(({ reference }) => reference), REPORT_DAY];

/** Figures beside the bar's close and day. */
const besideThePrice = scalarKernel({
  outputs: 8,
  lookbackBars: 0,
  stateLength: 0,
  run({ close, sessionDay, references }, _needs, _state, from, to, out) {
    const [earnings, book, dividend, shares, debt, returnOnEquity, growth, reported] = REFERENCES.map(
      (name) => references[name]!,
    );
    const [earningsYield, bookToPrice, dividendYield, capital, leverage, profit, grown, age] = out;
    for (let i = from; i < to; i++) {
      const price = close[i]!;
      earningsYield![i] = earnings![i]! / price;
      bookToPrice![i] = book![i]! / price;
      dividendYield![i] = dividend![i]! / price;
      capital![i] = shares![i]! > 0 ? Math.log(shares![i]! * price) : Number.NaN;
      leverage![i] = debt![i]!;
      profit![i] = returnOnEquity![i]!;
      grown![i] = growth![i]!;
      const days = sessionDay[i]! - reported![i]!;
      age![i] = days >= 0 ? days : Number.NaN;
    }
  },
});

/** What a company is worth beside its price, and how it does, point in time. */
export const FUNDAMENTAL_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'fundamental',
    kernel: besideThePrice,
    source: 'company figures as known at the close, in the shares of that day',
    references: REFERENCES,
    readsCalendar: true,
    columns: [
      { name: 'earnings_yield', title: 'Earnings of twelve months over the price' },
      { name: 'book_to_price', title: 'Book value over the price' },
      { name: 'dividend_yield', title: 'Dividends of a year over the price' },
      { name: 'market_cap_log', title: 'Logarithm of shares × close' },
      { name: 'debt_to_equity', title: 'Debt over equity' },
      { name: 'return_on_equity', title: 'Return on equity of twelve months', unit: 'frac' as const },
      { name: 'revenue_growth', title: "Quarter's revenue against that of a year before" },
      { name: 'days_since_report', title: 'Days since the newest report became known', low: 0 },
    ].map((column) => ({ ...column, warmUpBars: 1 })),
  }),
];

/**
 * Days from the first day of a period to the midnight in New York by which the figure of it was out, late releases included: holidays,
 * and the weeks in 2013, 2018-19 and 2025 in which the offices were shut. Too late costs a little knowledge, too early would be the future.
 */
const LAGS: readonly { readonly series: readonly string[]; readonly lagDays: number }[] = [
  // Interest rates, spreads and reverse repo of a day: the next working day, after a long weekend four days later in the evening.
  {
    series: [
      'DGS2',
      'DGS10',
      'DFII10',
      'T10Y2Y',
      'T10Y3M',
      'T10YIE',
      'T5YIFR',
      'BAMLC0A0CM',
      'BAMLH0A0HYM2',
      'RRPONTSYD',
      'VIXCLS',
    ],
    lagDays: 6,
  },
  // The balance sheet of a Wednesday: Thursday evening, Friday where that is a holiday.
  { series: ['WALCL'], lagDays: 7 },
  // Claims of the week that ends on a Saturday: the Thursday after.
  { series: ['ICSA'], lagDays: 10 },
  // The mean rate of a month: the first days of the next.
  { series: ['FEDFUNDS'], lagDays: 45 },
  // Consumer prices: the middle of the next month; those of September 2013 on 30 October.
  { series: ['CPIAUCSL', 'CPILFESL'], lagDays: 65 },
  // Money: the fourth Tuesday of the next month; in real terms once prices are out too.
  { series: ['M2SL', 'M2REAL'], lagDays: 75 },
  // Consumer prices in Europe: the second half of the next month, and later here.
  { series: ['CP0000EZCCM086NEST', 'CP0000CHM086NEST'], lagDays: 75 },
  // Unemployment: the first Friday of the next month; that of September 2025 on 20 November.
  { series: ['UNRATE'], lagDays: 85 },
  // Prices of consumption: the end of the next month; those of October 2025 on 22 January.
  { series: ['PCEPI', 'PCEPILFE'], lagDays: 120 },
  // Permits: the 18th of the next month or so; those of September 2025 on 9 January.
  { series: ['PERMIT'], lagDays: 135 },
  // Output of a quarter: a month after its end, in Europe up to two; that of the summer of 2025 on 23 December.
  { series: ['GDPC1', 'CLV10MNACB1GQSCAEA20Q', 'CLVMNACSCAB1GQCH'], lagDays: 190 },
  // Unemployment by quarter as the OECD compares it: up to half a year after its end.
  { series: ['LRUNTTTTCHQ156S', 'LRUNTTTTEZQ156S'], lagDays: 280 },
];
const BY_SERIES = new Map(LAGS.flatMap(({ series, lagDays }) => series.map((name) => [name, lagDays] as const)));

/** The series that are asked for by themselves: those whose lag is known, the rupee and the dollar. */
export const MACRO_SERIES: readonly string[] = [...BY_SERIES.keys(), 'DEXINUS', 'DTWEXBGS'];

/** Exchange rates and dollar indices of the H.10 release: on Mondays (Tuesdays after a holiday) for the week before. */
const H10 = /^(DEX|DTWEX|RTWEX)/;
const H10_DAYS = 10;

/** Of any other series by the days between two periods: never less than 45, and longer than a period takes to end. */
const UNKNOWN: readonly { readonly upToDays: number; readonly lagDays: number }[] = [
  { upToDays: 10, lagDays: 45 },
  { upToDays: 45, lagDays: 80 },
  { upToDays: 120, lagDays: 190 },
  { upToDays: Infinity, lagDays: 550 },
];

export function macroLagDays(series: string, daysBetween: number): number {
  const stated = BY_SERIES.get(series) ?? (H10.test(series) && daysBetween <= 4 ? H10_DAYS : undefined);
  return stated ?? UNKNOWN.find(({ upToDays }) => daysBetween <= upToDays)!.lagDays;
}

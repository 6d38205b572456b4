/** How a macro series becomes references. */
export interface MacroSeries {
  readonly series: string;
  /** What its references and features begin with. */
  readonly name: string;
  readonly title: string;
  /** `yoy`: change over the figure of twelve months before, both as they were known. */
  readonly transform: 'level' | 'yoy';
  /** A figure whose period began longer ago than this counts for nothing: the series has ended or was not fetched. */
  readonly maxAgeDays: number;
}

const daily = (series: string, title: string): MacroSeries => ({
  series,
  name: `macro_${series.toLowerCase()}`,
  title,
  transform: 'level',
  maxAgeDays: 21,
});

/** The macro series that features read. Yields and spreads are in percent. */
export const MACRO_SERIES: readonly MacroSeries[] = [
  daily('DGS10', 'US Treasury yield, 10 years'),
  daily('T10Y2Y', 'US Treasury yield, 10 less 2 years'),
  daily('VIXCLS', 'CBOE volatility index'),
  daily('DTWEXBGS', 'US dollar index, broad'),
  daily('BAMLH0A0HYM2', 'Spread of US high-yield bonds'),
  { ...daily('FEDFUNDS', 'US federal funds rate, month'), maxAgeDays: 110 },
  {
    series: 'CPIAUCSL',
    name: 'macro_cpiaucsl_yoy',
    title: 'US consumer prices over a year before',
    transform: 'yoy',
    maxAgeDays: 130,
  },
];

export const CHANGE_SESSIONS = [20, 63] as const;
export const YEAR_SESSIONS = 252;

/** A series' references, named as the features that they become: level, changes, z-score. */
export const macroColumns = ({
  name,
  title,
}: MacroSeries): readonly { readonly name: string; readonly title: string }[] => [
  { name: `${name}_level`, title },
  ...CHANGE_SESSIONS.map((sessions) => ({
    name: `${name}_change${sessions}`,
    title: `${title}: change over ${sessions} sessions`,
  })),
  { name: `${name}_z${YEAR_SESSIONS}`, title: `${title}: z-score over ${YEAR_SESSIONS} sessions` },
];

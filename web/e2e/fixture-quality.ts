import type { AnsweredCode } from './fixture-answers.ts';
import {
  ActionChange,
  QualityDecision,
  RowReviewRequest,
  type ActionLog,
  type QuarantinePage,
  type QualityReport,
  type RowReview,
  type FreshnessList,
  JobList,
  type SourceList,
  type QualityFinding,
} from '@aion/contracts';
import { fullSignal, NOW, SESSION, SIGNAL_COUNT, sessions } from './fixture-market.ts';
import { SUMMARY } from './fixture-runs.ts';

/** The made-up data quality behind the fixture API, with what an administrator changes about it. */

/** Sessions of the report on which something is wrong with the whole market. */
export const MISSING_SESSION = '2026-02-03';
export const COPIED_SESSION = '2026-01-26';
const THIN_SESSION = '2025-12-24';

const ISSUE_TITLES = {
  missing_session: ['error', 'Session of the calendar without any bar'],
  copied_session: ['error', 'Session that repeats the one before'],
  unexplained_jump: ['error', 'Price jump that no corporate action explains'],
  thin_session: ['warning', 'Session with bars of few symbols'],
  price_spike: ['warning', 'Price that leaves for one session and comes back'],
  missing_bars: ['warning', 'Sessions without a bar'],
  zero_volume: ['info', 'Bars without volume'],
} as const;
type Code = keyof typeof ISSUE_TITLES;

/** Symbols with a jump that nothing explains. */
export const HELD_BACK = ['VEDL', 'CENTURYTEX', 'PEL'];
const JUMPS: readonly (readonly [string, string, string])[] = [
  ['VEDL', '2026-02-18', 'opened at 118.40 after a close of 236.55: 1.998 to 1, and no action is known'],
  ['CENTURYTEX', '2026-01-13', 'opened at 1,204.00 after a close of 2,431.15: 2.019 to 1, and no action is known'],
  ['PEL', '2025-11-19', 'fell from 1,640.20 to 987.10 (−39.8 %), and no action is known'],
];

export function qualityReport(): QualityReport {
  const days = sessions(75);
  const symbols = [
    ...Array.from({ length: SIGNAL_COUNT }, (_, index) => fullSignal(index).symbol),
    ...Array.from({ length: 88 }, (_, index) => `MADEUP${index + 1}`),
  ];
  const issue = (code: Code, symbol: string | null, sessionDate: string | null, message: string) => ({
    code,
    severity: ISSUE_TITLES[code][0],
    symbol,
    sessionDate,
    message,
  });
  const issues: QualityReport['issues'] = [
    issue('missing_session', null, MISSING_SESSION, `no bar of ${MISSING_SESSION} is stored; import that session`),
    ...JUMPS.map(([symbol, day, message]) => issue('unexplained_jump', symbol, day, message)),
    issue(
      'copied_session',
      null,
      COPIED_SESSION,
      `118 of 120 bars of ${COPIED_SESSION} are those of the session before`,
    ),
    issue('thin_session', null, THIN_SESSION, `101 symbols have a bar, usually 123`),
    ...symbols
      .slice(0, 36)
      .map((symbol, index) =>
        issue(
          'price_spike',
          symbol,
          days[74 - ((index * 3) % 70)]!,
          `close ${900 + index}.00 between 612.35 and 611.90`,
        ),
      ),
    ...symbols
      .slice(20, 48)
      .map((symbol, index) =>
        issue('missing_bars', symbol, days[70 - index]!, `${2 + (index % 5)} sessions without a bar`),
      ),
    ...symbols.slice(60, 72).map((symbol) => issue('zero_volume', symbol, null, '14 bars without volume')),
  ];
  const codes = Object.keys(ISSUE_TITLES) as Code[];
  return {
    sessionDate: SESSION,
    series: symbols.length + HELD_BACK.length,
    bars: 1_23_456,
    meanScore: 98.34,
    explainedJumps: 125,
    byCode: codes.map((code) => ({
      code,
      severity: ISSUE_TITLES[code][0],
      title: ISSUE_TITLES[code][1],
      count: issues.filter((each) => each.code === code).length,
    })),
    issues,
    moreIssues: 0,
    symbols: [...HELD_BACK, ...symbols].map((symbol, index) => {
      const own = issues.filter((each) => each.symbol === symbol);
      return {
        symbol,
        score: Math.max(
          0,
          100 - own.reduce((sum, each) => sum + { error: 40, warning: 10, info: 0 }[each.severity], 0),
        ),
        bars: 250 - (index % 7),
        issues: own.length,
        worst: own[0]?.message ?? null,
        heldBack: HELD_BACK.includes(symbol),
      };
    }),
    days: days.map((sessionDate, index) => {
      const missing = sessionDate === MISSING_SESSION;
      const broken = missing || sessionDate === COPIED_SESSION;
      const count = missing ? 0 : sessionDate === THIN_SESSION ? 101 : index % 41 === 7 ? 118 : 123;
      const errors = JUMPS.filter(([, day]) => day === sessionDate).length;
      const score = broken ? 0 : Math.round((100 * count) / 123 - errors);
      return { sessionDate, score, symbols: count, usual: 123, issues: errors };
    }),
    proposals: [
      {
        symbol: 'VEDL',
        exDate: '2026-02-18',
        kind: 'split_or_bonus',
        value: 2,
        confidence: 'likely',
        evidence: 'opened at 118.4 on 2026-02-18 after a close of 236.55: 1.998 to 1',
      },
      {
        symbol: 'PEL',
        exDate: '2025-11-19',
        kind: 'demerger_or_rights',
        value: 1.662,
        confidence: 'possible',
        evidence: 'closed at 987.1 on 2025-11-19 after 1640.2: no ratio of a split',
      },
    ],
  };
}

export const JOBS: JobList = {
  jobs: [
    {
      ...{ market: 'NSE', name: 'news', title: 'news, each quarter of an hour of the day', state: 'done' },
      ...{ succeededAt: '2026-02-27T12:00:00.000Z', nextAt: '2026-02-27T12:15:00.000Z', error: null, failures: 0 },
      figures: { news: 12 },
    },
    {
      ...{ market: 'NSE', name: 'pre-market', title: 'lists, results and corporate actions before the session' },
      ...{ state: 'overdue', succeededAt: '2026-02-26T03:15:09.000Z', nextAt: '2026-03-02T03:15:00.000Z', failures: 2 },
      ...{ error: 'fno_ban: nse: the file is gone (404)', figures: {} },
    },
    {
      ...{ market: 'NSE', name: 'retrain', title: 'decides whether models are trained', state: 'off' },
      ...{ succeededAt: null, nextAt: null, error: null, failures: 0, figures: {} },
    },
  ],
};

export const FRESHNESS: FreshnessList = {
  exchange: 'NSE',
  asOf: '2026-02-27T12:05:00.000Z',
  capabilities: [
    {
      ...{ name: 'daily_bars', title: 'Daily bars', state: 'fresh', newestAt: '2026-02-27T10:00:00.000Z' },
      cost: 'no daily run: the signals of an older session stay',
    },
    {
      ...{ name: 'hourly_bars', title: 'Hourly bars of active signals', state: 'stale' },
      ...{ newestAt: '2026-02-24T10:00:00.000Z', cost: 'no BUY is looked at: each says that it was not checked' },
    },
    {
      ...{ name: 'rating', title: 'Ratings of analysts', state: 'none', newestAt: null },
      cost: 'no word of changed ratings',
    },
  ],
};

export const SOURCES: SourceList = {
  sources: [
    {
      name: 'upload',
      on: true,
      what: 'Files that an administrator uploads: daily bars (NSE)',
      state: 'on, 10 requests in 60 s',
      mayBeShown: true,
    },
    {
      name: 'yahoo',
      on: true,
      what: 'Yahoo Finance: daily bars, intraday bars, actions (NSE, US)',
      state: 'on, 5 requests in 1 s; failing: 2 in a row, the last one rate_limited at 2026-02-27T12:58:00Z',
      mayBeShown: false,
    },
    {
      name: 'kite',
      on: false,
      what: 'Zerodha Kite: intraday bars, quotes (NSE)',
      state: 'off: KITE_API_KEY is not set; without it: no live prices and no minute bars of NSE',
      mayBeShown: false,
    },
    {
      name: 'fred',
      on: false,
      what: 'FRED: macro series (US)',
      state: 'off: FRED_API_KEY is not set; without it: no macro features',
      mayBeShown: true,
    },
  ],
};

const CODES = [
  ['high_below_low', 'high is below low', 'HIGH_PRICE', '100.05'],
  ['negative_price', 'a price is negative', 'LOW_PRICE', '-12.40'],
  ['future_date', 'the date is in the future', 'DATE1', '27-Feb-2062'],
] as const;
const ENTRY = '9f8e7d6c5b4a3210';

function quarantinedRows(): QuarantinePage['rows'] {
  return SUMMARY.quarantined.flatMap((reason, index) =>
    Array.from({ length: reason.count }, (_, row) => {
      const [code, title, field, value] = CODES[index % CODES.length]!;
      const { symbol } = fullSignal((row * 7 + index) % SIGNAL_COUNT);
      const day = code === 'future_date' ? value : '27-Feb-2026';
      const high = code === 'high_below_low' ? value : '104.90';
      const low = code === 'negative_price' ? value : '101.05';
      return {
        id: `q-${code}-${row}`,
        file: 'sec_bhavdata_full_27022026.csv',
        line: 12 + row * 31 + index,
        field,
        value,
        symbol,
        sessionDate: code === 'future_date' ? null : SESSION,
        code,
        reason: title,
        whatToDo:
          'Release it with corrections, dismiss it, or correct the file and import it again; the rest is stored.',
        at: NOW,
        entryId: ENTRY,
        row: `${symbol}, EQ, ${day},101.5,102.00,${high},${low},103.2,103.25,102.9,69944,71.9,1890, 30920, 44.21`,
        review: null,
      };
    }),
  );
}

/** A refusal in the words of the API: status, code and detail. */
export type Refusal = readonly [status: number, code: AnsweredCode, detail: string];

export function makeQualityState() {
  const reviews = new Map<number, RowReview>();
  const decisions: QualityDecision[] = [];
  const log: ActionLog['entries'] = [
    {
      symbol: 'VEDL',
      exDate: '2025-06-24',
      kind: 'dividend',
      value: 7,
      source: 'yahoo',
      recordedAt: '2026-02-20T13:02:00Z',
      withdrawn: false,
      by: null,
      why: null,
    },
  ];

  return {
    /** The report of the next run, which leaves accepted findings out. */
    nextReport(): QualityReport {
      const report = qualityReport();
      const accepted = new Set(decisions.map(({ code, symbol, sessionDate }) => `${code} ${symbol} ${sessionDate}`));
      const issues = report.issues.filter((each) => !accepted.has(`${each.code} ${each.symbol} ${each.sessionDate}`));
      return { ...report, issues };
    },
    quarantine(query: URLSearchParams): QuarantinePage {
      const wanted = query.get('code');
      const at = Number(query.get('cursor') ?? 0);
      const all = quarantinedRows();
      const rows = all
        .filter((row) => wanted === null || row.code === wanted)
        .map((row) => ({ ...row, review: reviews.get(row.line ?? 0) ?? null }));
      const limit = Number(query.get('limit') ?? 50);
      return {
        // As the API counts: all rows, whatever the reason asked for.
        total: all.length,
        byReason: SUMMARY.quarantined,
        rows: rows.slice(at, at + limit),
        nextCursor: at + limit < rows.length ? String(at + limit) : null,
      };
    },
    actions(symbol: string | null): ActionLog {
      return { entries: log.filter((entry) => symbol === null || entry.symbol === symbol.toUpperCase()) };
    },
    /** Checks as the lake does, as far as the tests go: a bar whose high does not bound it is refused. */
    review(body: unknown, by: string): RowReview | Refusal {
      const { line, decision, why, corrections } = RowReviewRequest.parse(body);
      const row = quarantinedRows().find((each) => each.line === line);
      if (row === undefined) return [404, 'not_found', `No row of line ${line} is in quarantine.`];
      const cells = row.row!.split(',').map((cell) => cell.trim());
      const [open, high, low] = [4, 5, 6].map((at) => Number(cells[at])) as [number, number, number];
      const bar = { open, high, low, ...numbers(corrections) };
      if (decision === 'release' && (bar.high < Math.max(bar.open, bar.low) || bar.low <= 0)) {
        return [
          400,
          'bad_input',
          `the row is not accepted: high ${bar.high} is below open ${bar.open}; correct it with the release, or dismiss it`,
        ];
      }
      const review: RowReview = { decision: decision === 'release' ? 'released' : 'dismissed', by, why, at: NOW };
      reviews.set(line, review);
      return review;
    },
    /** Accepted and not taken back. */
    accepted(): QualityFinding[] {
      const newest = new Map(decisions.map((each) => [`${each.code} ${each.symbol} ${each.sessionDate}`, each]));
      return qualityReport().issues.filter(
        (each) => newest.get(`${each.code} ${each.symbol} ${each.sessionDate}`)?.revoke === false,
      );
    },
    decide(body: unknown): { changed: boolean } {
      decisions.push(QualityDecision.parse(body));
      return { changed: true };
    },
    changeAction(body: unknown, by: string): { changed: boolean } {
      const { withdraw, ...action } = ActionChange.parse(body);
      log.unshift({ ...action, source: 'admin', recordedAt: NOW, withdrawn: withdraw, by });
      return { changed: true };
    },
  };
}

function numbers(corrections: Readonly<Record<string, string | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(corrections).map(([field, text]) => [field, Number(text)]));
}

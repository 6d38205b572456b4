import type { ChartBar, ChartMark, FullSignal, ReadinessReason, SignalDetail } from '@aion/contracts';

/** The made-up market behind the fixture API: the same on every machine and day. Instants are fixed, nothing draws luck. */
export const NOW = '2026-02-27T13:20:00Z';
export const SESSION = '2026-02-27';
export const PUBLISHED = '2026-02-27T10:42:00Z';
/** Stands only where a full plan may see it; a test looks for it everywhere else. */
export const CANARY = 'CANARY-7f3a9c';

const NAMES: readonly (readonly [string, string, string])[] = [
  ['RELIANCE', 'Reliance Industries', 'Energy'],
  ['HDFCBANK', 'HDFC Bank', 'Banks'],
  ['INFY', 'Infosys', 'IT'],
  ['TATAMOTORS', 'Tata Motors', 'Autos'],
  ['LT', 'Larsen & Toubro', 'Capital goods'],
  ['SUNPHARMA', 'Sun Pharmaceutical Industries', 'Pharma'],
  ['BHARTIARTL', 'Bharti Airtel', 'Telecom'],
  ['ITC', 'ITC', 'Consumer'],
  ['TITAN', 'Titan Company', 'Consumer'],
  ['AXISBANK', 'Axis Bank', 'Banks'],
  ['MARUTI', 'Maruti Suzuki India', 'Autos'],
  ['ULTRACEMCO', 'UltraTech Cement', 'Materials'],
  ['NTPC', 'NTPC', 'Power'],
  ['POWERGRID', 'Power Grid Corporation of India', 'Power'],
  ['BAJFINANCE', 'Bajaj Finance', 'Finance'],
  ['HINDALCO', 'Hindalco Industries', 'Metals'],
  ['TATASTEEL', 'Tata Steel', 'Metals'],
  ['DRREDDY', 'Dr. Reddy’s Laboratories', 'Pharma'],
  ['WIPRO', 'Wipro', 'IT'],
  ['COALINDIA', 'Coal India', 'Energy'],
  ['GRASIM', 'Grasim Industries', 'Materials'],
  ['BPCL', 'Bharat Petroleum Corporation', 'Energy'],
  ['EICHERMOT', 'Eicher Motors', 'Autos'],
  ['CIPLA', 'Cipla', 'Pharma'],
  ['DIVISLAB', 'Divi’s Laboratories', 'Pharma'],
  ['HEROMOTOCO', 'Hero MotoCorp', 'Autos'],
  ['INDUSINDBK', 'IndusInd Bank', 'Banks'],
  ['JSWSTEEL', 'JSW Steel', 'Metals'],
  ['ONGC', 'Oil & Natural Gas Corporation', 'Energy'],
  ['SBILIFE', 'SBI Life Insurance', 'Finance'],
  ['TECHM', 'Tech Mahindra', 'IT'],
  ['APOLLOHOSP', 'Apollo Hospitals Enterprise', 'Health care'],
];

/** A small seeded generator in [0,1). */
function luck(seed: number): () => number {
  let state = (seed * 2654435761 + 1013904223) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** The last `n` weekdays up to the session, oldest first. */
export function sessions(n: number): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(`${SESSION}T00:00:00Z`); days.length < n; ms -= 86_400_000) {
    const weekday = new Date(ms).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days.toReversed();
}

const round2 = (value: number): number => Math.round(value * 100) / 100;

export function dailyBars(index: number, bars = 260): ChartBar[] {
  const next = luck(index + 1);
  let close = 180 + ((index * 397) % 2900);
  const drift = (index % 4 === 3 ? -0.0012 : 0.0014) + (next() - 0.5) * 0.001;
  return sessions(bars).map((time, at) => {
    const open = close * (1 + (next() - 0.5) * 0.012);
    close = open * (1 + drift + (next() - 0.5) * 0.032 + 0.006 * Math.sin(at / 11 + index));
    const high = Math.max(open, close) * (1 + next() * 0.012);
    const low = Math.min(open, close) * (1 - next() * 0.012);
    const volumeShares = Math.round(400_000 + next() * 2_600_000 * (1 + Math.abs(close / open - 1) * 30));
    return { time, open: round2(open), high: round2(high), low: round2(low), close: round2(close), volumeShares };
  });
}

function grouped(bars: readonly ChartBar[], key: (bar: ChartBar, at: number) => string): ChartBar[] {
  const groups = new Map<string, ChartBar>();
  bars.forEach((bar, at) => {
    const name = key(bar, at);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { ...bar });
    else {
      group.high = Math.max(group.high, bar.high);
      group.low = Math.min(group.low, bar.low);
      group.close = bar.close;
      group.volumeShares += bar.volumeShares;
    }
  });
  return [...groups.values()];
}

function hourlyBars(index: number, daily: readonly ChartBar[]): ChartBar[] {
  const next = luck(index + 77);
  return daily.slice(-20).flatMap((day) => {
    const openSec = Date.parse(`${day.time}T03:45:00Z`) / 1000;
    let last = day.open;
    return Array.from({ length: 7 }, (_, hour) => {
      const open = last;
      const aim = day.open + ((day.close - day.open) * (hour + 1)) / 7;
      const close = hour === 6 ? day.close : aim + (next() - 0.5) * (day.high - day.low) * 0.4;
      last = close;
      return {
        time: openSec + hour * 3600,
        open: round2(open),
        high: round2(Math.min(day.high, Math.max(open, close) * 1.002)),
        low: round2(Math.max(day.low, Math.min(open, close) * 0.998)),
        close: round2(close),
        volumeShares: Math.round(day.volumeShares / 7),
      };
    });
  });
}

function marksOn(bars: readonly ChartBar[]): ChartMark[] {
  const at = (fromEnd: number): ChartBar => bars[Math.max(0, bars.length - 1 - fromEnd)]!;
  const n = bars.length;
  if (n < 60) return [];
  const block = at(38);
  const gap = at(22);
  return [
    {
      kind: 'zone',
      concept: 'order_block',
      side: 'bull',
      from: block.time,
      to: null,
      knownAt: at(34).time,
      low: block.low,
      high: Math.max(block.open, block.close),
      state: 'fresh',
      states: [{ state: 'fresh', at: at(34).time }],
    },
    {
      kind: 'zone',
      concept: 'fair_value_gap',
      side: 'bull',
      from: gap.time,
      to: at(9).time,
      knownAt: at(21).time,
      low: gap.high,
      high: round2(gap.high * 1.012),
      state: 'filled',
      states: [
        { state: 'open', at: at(21).time },
        { state: 'touched', at: at(15).time },
        { state: 'filled', at: at(9).time },
      ],
    },
    {
      kind: 'zone',
      concept: 'order_block',
      side: 'bear',
      from: at(52).time,
      to: at(16).time,
      knownAt: at(48).time,
      low: at(52).close,
      high: at(52).high,
      state: 'mitigated',
      states: [
        { state: 'fresh', at: at(48).time },
        { state: 'mitigated', at: at(16).time },
      ],
    },
    {
      kind: 'break',
      concept: 'BOS',
      side: 'bull',
      from: at(44).time,
      to: at(31).time,
      knownAt: at(31).time,
      price: at(44).high,
    },
    {
      kind: 'break',
      concept: 'CHoCH',
      side: 'bull',
      from: at(29).time,
      to: at(14).time,
      knownAt: at(14).time,
      price: at(29).high,
    },
    { kind: 'sweep', side: 'bull', at: at(26).time, knownAt: at(26).time, price: at(26).low },
    { kind: 'sweep', side: 'bear', at: at(11).time, knownAt: at(11).time, price: at(11).high },
    { kind: 'pivot', side: 'high', at: at(44).time, knownAt: at(41).time, price: at(44).high },
    { kind: 'pivot', side: 'low', at: at(33).time, knownAt: at(30).time, price: at(33).low },
    { kind: 'level', side: 'high', at: at(44).time, knownAt: at(41).time, price: round2(at(0).close * 1.03) },
    { kind: 'level', side: 'low', at: at(33).time, knownAt: at(30).time, price: round2(at(0).close * 0.95) },
    {
      kind: 'range',
      from: at(44).time,
      knownAt: at(30).time,
      low: round2(at(0).close * 0.95),
      high: round2(at(0).close * 1.03),
    },
  ];
}

const WAITS: readonly ReadinessReason[] = [
  { code: 'sentence', of: 'trend_1h_down', text: 'waits because the hourly trend is down' },
  { code: 'sentence', of: 'outside_zone', text: 'waits because the price is 1.2 % above the entry zone' },
  { code: 'no_intraday', bars: 'none' },
  { code: 'sentence', of: 'spread_wide', text: 'waits because the last hour was unusually wide' },
];

const WARNINGS: FullSignal['warnings'] = [
  { code: 'fno_ban', title: 'In the F&O ban: no new positions in its futures and options; the share itself trades on' },
  {
    code: 'results',
    title: 'Results are due on 2026-03-09: no entry after 2026-03-06; if you hold it, decide before then',
  },
];

/** The signal at `index` with every field. */
export function fullSignal(index: number): FullSignal {
  const [symbol, name, sector] = NAMES[index % NAMES.length]!;
  const bars = dailyBars(index);
  const closes = bars.map((bar) => Math.round(bar.close * 100));
  const last = closes.at(-1)!;
  const sell = index % 4 === 3;
  const tick = (value: number): number => Math.round(value / 5) * 5;
  const next = luck(index + 500);
  const confidence = round2(0.78 - index * 0.009 + next() * 0.01);
  const risk = last * (0.028 + next() * 0.02);
  const status = index === 6 ? 'ENTERED' : index === 13 ? 'RECALLED' : index === 17 ? 'TARGET' : 'ACTIVE';
  const wait = WAITS[index % WAITS.length]!;
  const ready = index % 3 === 0;
  return {
    access: 'full',
    id: `2026-02-27-${symbol.toLowerCase()}`,
    exchange: 'NSE',
    currency: 'INR',
    rank: index + 1,
    symbol,
    name,
    sector,
    side: sell ? 'SELL' : 'BUY',
    sessionDate: SESSION,
    publishedAt: PUBLISHED,
    status,
    badges: ['SIMULATED', 'STUB'],
    warnings: index % 5 === 0 ? WARNINGS : [],
    plan: sell
      ? null
      : {
          entryLowMinor: tick(last * 0.994),
          entryHighMinor: tick(last * 1.004),
          stopMinor: tick(last - risk),
          firstTargetMinor: tick(last + risk * 1.6),
          stopBasis: 'structure' as const,
          targetBasis: 'liquidity' as const,
          targetsMinor: [tick(last + risk * 1.6), tick(last + risk * 2.4), tick(last + risk * 3.2)],
          rewardRiskRatio: round2(1.5 + next() * 0.4),
          validUntil: '2026-03-04',
        },
    confidence,
    votes: [
      {
        model: 'StockFormer',
        version: 'stub-1',
        vote: sell ? 'DOWN' : 'UP',
        upProb: sell ? 0.31 : 0.68,
        returnFrac: null,
      },
      { model: 'TFT', version: 'stub-1', vote: sell ? 'DOWN' : 'UP', upProb: null, returnFrac: sell ? -0.021 : 0.034 },
      {
        model: 'Momentum',
        version: 'stub-1',
        vote: index % 5 === 2 ? 'NEUTRAL' : sell ? 'DOWN' : 'UP',
        upProb: 0.55,
        returnFrac: null,
      },
    ],
    failProb: round2(0.21 + next() * 0.1),
    vetoDecision: index % 2 === 0 ? 'boost' : 'pass',
    smcFlags: [{ code: 'bull_ob', title: 'stands on a fresh bullish order block' }],
    reasons: [
      { code: 'trend', title: 'Weekly and daily trend point the same way' },
      { code: 'canary', title: `Both forecasters agree (${CANARY})` },
    ],
    readiness:
      index === 9 || sell
        ? null
        : {
            state: ready ? 'READY_TO_ENTER' : 'WAIT',
            reasons: ready ? [{ code: 'sentence', of: 'in_zone', text: 'in the entry zone, hourly trend up' }] : [wait],
            asOf: '2026-02-27T09:30:00Z',
          },
    lastCloseMinor: last,
    sparkMinor: closes.slice(-30),
  };
}

export const SIGNAL_COUNT = NAMES.length;

/** A signal's page with every field. */
export function fullDetail(index: number): SignalDetail {
  const signal = fullSignal(index);
  const daily = dailyBars(index);
  const hourly = hourlyBars(index, daily);
  const last = signal.lastCloseMinor;
  const week = (bar: ChartBar): string =>
    String(Math.floor((Date.parse(`${bar.time}T00:00:00Z`) / 86_400_000 + 3) / 7));
  const chart = (bars: ChartBar[]): { bars: ChartBar[]; marks: ChartMark[] } => ({ bars, marks: marksOn(bars) });
  const intraday = index !== 9;
  return {
    signal,
    charts: {
      M: chart(grouped(daily, (bar) => String(bar.time).slice(0, 7))),
      W: chart(grouped(daily, week)),
      D: chart(daily),
      ...(intraday
        ? {
            '4H': chart(grouped(hourly, (_, at) => `${Math.floor(at / 7)}-${at % 7 < 4 ? 0 : 1}`)),
            '1H': chart(hourly),
          }
        : {}),
    },
    missingTimeframes: intraday
      ? []
      : [
          { timeframe: '4H', reason: 'No hourly bars are stored for this symbol.' },
          { timeframe: '1H', reason: 'No hourly bars are stored for this symbol.' },
        ],
    why: {
      summary: `Both forecasters expect a ${signal.side === 'BUY' ? 'rise' : 'fall'} over ten sessions and the veto model sees no sign of failure.`,
      now: [
        {
          type: 'news_sentiment',
          title: 'News of three days is good on the whole (3 stories)',
          at: PUBLISHED,
          score: 0.62,
        },
        { type: 'unusual_volume', title: 'Trades at unusual volume', at: PUBLISHED, score: 0.48 },
      ],
      whatWouldChange: [
        'A close below the stop ends the idea.',
        'A weekly close under the 20-week average turns the higher trend against it.',
      ],
      band: {
        horizonSessions: 10,
        lowMinor: Math.round(last * 0.962),
        medianMinor: Math.round(last * 1.021),
        highMinor: Math.round(last * 1.087),
      },
      context: [
        { name: 'rsi_14', value: 61.4, title: 'Relative strength index, 14 sessions' },
        { name: 'atr_pct_14', value: 0.0212, title: 'Average true range as a share of the close' },
        { name: 'dist_ema_50', value: 0.043, title: 'Distance from the 50-day EMA' },
        { name: 'rel_strength_63', value: 0.087, title: 'Return against NIFTY 50, 63 sessions' },
        { name: 'delivery_frac', value: null, title: 'Share of volume delivered' },
      ],
    },
    history: [
      { at: PUBLISHED, state: 'ACTIVE', title: 'Published with the daily run' },
      { at: '2026-02-27T08:30:00Z', state: 'WAIT', title: 'Waits because the hourly trend is down' },
      { at: '2026-02-27T09:30:00Z', state: 'READY', title: 'Ready: in the entry zone, hourly trend up' },
    ],
    gated: null,
    disclaimer: 'Simulated prices and stub models. Information, not investment advice.',
  };
}

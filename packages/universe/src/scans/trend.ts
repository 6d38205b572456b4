import type { WrittenScan } from './scan.ts';

export const TREND_SCANS: readonly WrittenScan[] = [
  {
    id: 'trend-template',
    family: 'trend',
    title: 'Trend template',
    meaning:
      'All of Minervini’s trend template: seven conditions of price, and among the strongest 30 % over half a year.',
    rule: {
      all: [
        { column: 'trend_template', is: 'at_least', than: 7 },
        { rank: 'return126', order: 'highest', percent: 30 },
      ],
    },
    order: { column: 'return126', first: 'highest' },
  },
  {
    id: 'golden-cross',
    family: 'trend',
    title: 'Golden cross',
    meaning: 'The 50-day mean crossed above the 200-day mean.',
    rule: { column: 'sma50', crosses: 'above', of: { column: 'sma200' } },
    order: { column: 'return63', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'return63', from: -0.1, to: 0.4 },
  },
  {
    id: 'death-cross',
    family: 'trend',
    title: 'Death cross',
    meaning: 'The 50-day mean crossed below the 200-day mean.',
    rule: { column: 'sma50', crosses: 'below', of: { column: 'sma200' } },
    order: { column: 'return63', first: 'lowest' },
  },
  {
    id: 'confluence-50-200',
    family: 'trend',
    title: '50/200 confluence',
    meaning: 'The 50-day and the 200-day mean lie within 1 % of each other and the price above both.',
    rule: {
      all: [
        { column: 'sma50', is: 'at_least', than: { column: 'sma200', times: 0.99 } },
        { column: 'sma50', is: 'at_most', than: { column: 'sma200', times: 1.01 } },
        { column: 'close', is: 'above', than: { column: 'sma50' } },
        { column: 'close', is: 'above', than: { column: 'sma200' } },
      ],
    },
    order: { column: 'change_frac', first: 'highest' },
  },
  {
    id: 'above-all-means',
    family: 'trend',
    title: 'Above 20, 50 and 200 days',
    meaning: 'The price is above its means of 20, 50 and 200 days, and these stand in order.',
    rule: {
      all: [
        { column: 'close', is: 'above', than: { column: 'sma20' } },
        { column: 'sma20', is: 'above', than: { column: 'sma50' } },
        { column: 'sma50', is: 'above', than: { column: 'sma200' } },
      ],
    },
    order: { column: 'return63', first: 'highest' },
  },
  {
    id: 'strong-trend',
    family: 'trend',
    title: 'Strong trend',
    meaning: 'ADX 14 above 25 and rising, with +DI above −DI.',
    rule: {
      all: [
        { column: 'adx14', is: 'above', than: 25 },
        { column: 'adx14', moves: 'up' },
        { column: 'plus_di14', is: 'above', than: { column: 'minus_di14' } },
      ],
    },
    order: { column: 'adx14', first: 'highest' },
  },
  {
    id: 'ichimoku-above-cloud',
    family: 'trend',
    title: 'Above the Ichimoku cloud',
    meaning: 'The close is above both lines of the cloud and the tenkan above the kijun.',
    rule: {
      all: [
        { column: 'close', is: 'above', than: { column: 'ichimoku_span_a' } },
        { column: 'close', is: 'above', than: { column: 'ichimoku_span_b' } },
        { column: 'ichimoku_tenkan', is: 'above', than: { column: 'ichimoku_kijun' } },
      ],
    },
    order: { column: 'return63', first: 'highest' },
  },
  {
    id: 'higher-highs',
    family: 'trend',
    title: 'Higher highs and lows',
    meaning: 'At least three bars in a row with a higher high and a higher low.',
    rule: { column: 'rise_streak', is: 'at_least', than: 3 },
    order: { column: 'rise_streak', first: 'highest' },
  },
  {
    id: 'pullback-to-mean',
    family: 'trend',
    title: 'Pullback to the 20-day EMA',
    meaning: 'In an uptrend (50 above 200 days) the low touched the 20-day EMA and the close held above it.',
    rule: {
      all: [
        { column: 'sma50', is: 'above', than: { column: 'sma200' } },
        { column: 'low', is: 'at_most', than: { column: 'ema20', times: 1.005 } },
        { column: 'close', is: 'at_least', than: { column: 'ema20' } },
        { column: 'rsi14', between: [40, 60] },
      ],
    },
    order: { column: 'return126', first: 'highest' },
  },
];

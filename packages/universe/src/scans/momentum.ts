import type { WrittenScan } from './scan.ts';

export const MOMENTUM_SCANS: readonly WrittenScan[] = [
  {
    id: 'momentum-short',
    family: 'momentum',
    title: 'Short momentum',
    meaning: 'Among the strongest tenth over 20 bars, with RSI 14 above 55.',
    rule: {
      all: [
        { rank: 'return20', order: 'highest', percent: 10 },
        { column: 'rsi14', is: 'above', than: 55 },
      ],
    },
    order: { column: 'return20', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'return20', from: 0, to: 0.4 },
  },
  {
    id: 'momentum-long',
    family: 'momentum',
    title: 'Long momentum',
    meaning: 'Among the strongest tenth over half a year, and above the 200-day mean.',
    rule: {
      all: [
        { rank: 'return126', order: 'highest', percent: 10 },
        { column: 'close', is: 'above', than: { column: 'sma200' } },
      ],
    },
    order: { column: 'return126', first: 'highest' },
  },
  {
    id: 'momentum-year',
    family: 'momentum',
    title: 'Leaders of the year',
    meaning: 'Among the hundred strongest over 252 bars.',
    rule: { rank: 'return252', order: 'highest', top: 100 },
    order: { column: 'return252', first: 'highest' },
  },
  {
    id: 'laggards-quarter',
    family: 'momentum',
    title: 'Laggards of the quarter',
    meaning: 'Among the weakest tenth over 63 bars.',
    rule: { rank: 'return63', order: 'lowest', percent: 10 },
    order: { column: 'return63', first: 'lowest' },
  },
  {
    id: 'rsi-rising',
    family: 'momentum',
    title: 'RSI rises through 50',
    meaning: 'RSI 14 crossed above 50: buyers have the upper hand again.',
    rule: { column: 'rsi14', crosses: 'above', of: 50 },
    order: { column: 'rsi14', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'rsi14', from: 45, to: 65 },
  },
  {
    id: 'macd-cross-up',
    family: 'momentum',
    title: 'MACD crosses up',
    meaning: 'MACD crossed above its signal line.',
    rule: { column: 'macd', crosses: 'above', of: { column: 'macd_signal' } },
    order: { column: 'change_frac', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'change_frac', from: -0.02, to: 0.06 },
  },
  {
    id: 'macd-cross-down',
    family: 'momentum',
    title: 'MACD crosses down',
    meaning: 'MACD crossed below its signal line.',
    rule: { column: 'macd', crosses: 'below', of: { column: 'macd_signal' } },
    order: { column: 'change_frac', first: 'lowest' },
  },
  {
    id: 'aroon-cross',
    family: 'momentum',
    title: 'Aroon crosses up',
    meaning: 'Aroon up of 14 bars crossed above Aroon down.',
    rule: { column: 'aroon_osc', crosses: 'above', of: 0 },
    order: { column: 'aroon_osc', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'aroon_osc', from: -50, to: 100 },
  },
  {
    id: 'up-streak',
    family: 'momentum',
    title: 'Four rises in a row',
    meaning: 'At least four bars in a row closed higher.',
    rule: { column: 'up_streak', is: 'at_least', than: 4 },
    order: { column: 'up_streak', first: 'highest' },
  },
  {
    id: 'top-gainers',
    family: 'momentum',
    title: 'Top gainers',
    meaning: 'The fifty largest rises of the session.',
    rule: {
      all: [
        { rank: 'change_frac', order: 'highest', top: 50 },
        { column: 'change_frac', is: 'above', than: 0 },
      ],
    },
    order: { column: 'change_frac', first: 'highest' },
  },
];

export { ema, sma } from './averages/moving-average.ts';
export { macdHistogram } from './averages/average-difference.ts';
export { rsi } from './momentum/relative-strength.ts';
export { atr } from './volatility/true-range.ts';
export { anchoredVwap } from './volume/vwap.ts';

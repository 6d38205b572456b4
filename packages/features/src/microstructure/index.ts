export { effectiveSpread, quotedSpread, quoteFlow, tickSigns, type QuoteColumns, type TradeColumns } from './ticks.ts';
export { tradeAmihud, tradeLambda } from './trade-impact.ts';

export { SMART_MONEY_COLUMNS, SMART_MONEY_NODES, type SmartMoneyColumn } from './nodes.ts';
export { scanSmartMoney, type SmartMoney } from './scan.ts';
export type { Pivot } from './pivots.ts';
export type { StructureBreak } from './structure.ts';
export type { LiquidityEvent } from './liquidity.ts';
export type { FairValueGapState, OrderBlockState, Zone } from './zone.ts';

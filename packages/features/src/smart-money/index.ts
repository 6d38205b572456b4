export { scanSmartMoney, SMART_MONEY_COLUMNS, type SmartMoney, type SmartMoneyColumn } from './scan.ts';
export type { Pivot, StructureBreak } from './structure.ts';
export type { LiquidityEvent } from './liquidity.ts';
export type { FairValueGapState, OrderBlockState, Zone } from './zones.ts';

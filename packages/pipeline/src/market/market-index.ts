import type { Exchange } from '@aion/core';
import type { DailyBars } from '@aion/market';
import type { Panel } from './panel.ts';

/** The index that strength is measured against, by exchange. */
const INDEX: Readonly<Record<string, string>> = { NSE: 'NIFTY50', US: 'SPX' };

/** The index that an exchange's shares are compared with; undefined where its bars are not stored. */
export const indexOf = (panel: Panel, exchange: Exchange): DailyBars | undefined =>
  panel.index.find(({ symbol }) => symbol === INDEX[exchange]);

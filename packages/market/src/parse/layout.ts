import { type FileDefect, quoteValue } from '../defects.ts';
import { columnName } from './column-name.ts';
import { isInstrumentHeader } from './instrument-header.ts';

/** The kinds of files the importer reads. */
export type LayoutName = 'cm' | 'sec_bhavdata_full' | 'udiff' | 'plain-daily' | 'plain-intraday';

/** What a column of a bar file is used for; the numeric roles are slots of the row's values. */
export const ROLE = {
  skip: 0,
  symbol: 1,
  series: 2,
  isoDate: 3,
  monthDate: 4,
  dateTime: 5,
  exchange: 6,
  open: 8,
  high: 9,
  low: 10,
  close: 11,
  volume: 12,
} as const;

export interface Layout {
  readonly name: LayoutName;
  /** Field names as in the header, trimmed. */
  readonly fields: readonly string[];
  /** ROLE of each field. */
  readonly roles: Uint8Array;
  /** A bhavcopy: one session's file of the exchange, all rows of one date. */
  readonly oneSession: boolean;
}

const CM = 'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN';
/** Before July 2011 the last two columns did not exist. */
const CM_BEFORE_2011 = CM.split(',').slice(0, 11).join(',');
const SEC =
  'SYMBOL,SERIES,DATE1,PREV_CLOSE,OPEN_PRICE,HIGH_PRICE,LOW_PRICE,LAST_PRICE,CLOSE_PRICE,AVG_PRICE,TTL_TRD_QNTY,' +
  'TURNOVER_LACS,NO_OF_TRADES,DELIV_QTY,DELIV_PER';
/** The header of the unified bhavcopy. */
export const UDIFF =
  'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,' +
  'FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,' +
  'TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4';

const CM_ROLES = {
  SYMBOL: ROLE.symbol,
  SERIES: ROLE.series,
  OPEN: ROLE.open,
  HIGH: ROLE.high,
  LOW: ROLE.low,
  CLOSE: ROLE.close,
  TOTTRDQTY: ROLE.volume,
  TIMESTAMP: ROLE.monthDate,
};

const BHAVCOPIES: readonly { name: LayoutName; header: string; roles: Readonly<Record<string, number>> }[] = [
  { name: 'cm', header: CM, roles: CM_ROLES },
  { name: 'cm', header: CM_BEFORE_2011, roles: CM_ROLES },
  {
    name: 'sec_bhavdata_full',
    header: SEC,
    roles: {
      SYMBOL: ROLE.symbol,
      SERIES: ROLE.series,
      DATE1: ROLE.monthDate,
      OPEN_PRICE: ROLE.open,
      HIGH_PRICE: ROLE.high,
      LOW_PRICE: ROLE.low,
      CLOSE_PRICE: ROLE.close,
      TTL_TRD_QNTY: ROLE.volume,
    },
  },
  {
    name: 'udiff',
    header: UDIFF,
    roles: {
      TradDt: ROLE.isoDate,
      TckrSymb: ROLE.symbol,
      SctySrs: ROLE.series,
      OpnPric: ROLE.open,
      HghPric: ROLE.high,
      LwPric: ROLE.low,
      ClsPric: ROLE.close,
      TtlTradgVol: ROLE.volume,
    },
  },
];

const PRICES = { open: ROLE.open, high: ROLE.high, low: ROLE.low, close: ROLE.close, volume: ROLE.volume };
const PLAIN: readonly { name: LayoutName; roles: Readonly<Record<string, number>> }[] = [
  { name: 'plain-daily', roles: { symbol: ROLE.symbol, date: ROLE.isoDate, ...PRICES } },
  { name: 'plain-intraday', roles: { symbol: ROLE.symbol, datetime: ROLE.dateTime, ...PRICES } },
];

/** Behind the bar: columns that tell rows of one name apart. */
const TELLS_APART: Readonly<Record<string, number>> = {
  series: ROLE.series,
  sctysrs: ROLE.series,
  exchange: ROLE.exchange,
  exch: ROLE.exchange,
};

/** What a file of corporate actions has, in any order. */
export const ACTION_COLUMNS = ['symbol', 'exdate', 'type', 'value'] as const;

export type LayoutMatch =
  | { readonly kind: 'bars'; readonly layout: Layout }
  | { readonly kind: 'instruments' }
  | { readonly kind: 'actions' }
  | { readonly kind: 'other'; readonly why: string }
  | { readonly kind: 'refused'; readonly defect: FileDefect };

const OTHER: readonly { header: string; why: string }[] = [
  { header: 'series,date,value', why: 'economic series are not imported as bars' },
  { header: 'symbol,datetime_utc,text', why: 'texts are not imported as bars' },
  {
    header: 'ticker,exchange,yahoo_symbol,name,sector,industry',
    why: 'the constituent list with ISIN is used instead',
  },
  { header: 'date,kind,weekday', why: 'the exchange calendar is part of the product' },
];

/** Finds the layout by the header line (without its line end). The names of the columns decide, never the file's name. */
export function detectLayout(header: string): LayoutMatch {
  const fields = header.split(',').map((field) => field.trim());
  const trimmed = fields.at(-1) === '' ? fields.slice(0, -1) : fields;
  const joined = trimmed.join(',');
  // The reserved columns of UDiFF are spelt Rsvd1 and Rsvd01 by different publications.
  const canonical = joined.replace(/\bRsvd0(\d)\b/g, 'Rsvd$1');
  for (const { name, header: expected, roles } of BHAVCOPIES) {
    if (canonical.toLowerCase() === expected.toLowerCase()) {
      const names = expected.split(',');
      return bars(
        name,
        trimmed,
        Uint8Array.from(names, (field) => roles[field] ?? ROLE.skip),
        true,
      );
    }
  }
  const lower = trimmed.map((field) => field.toLowerCase());
  if (lower.includes('adj_close') || lower.includes('adjclose') || lower.includes('adj close')) {
    return {
      kind: 'refused',
      defect: {
        code: 'adjusted',
        message:
          'the header has an adjusted close: raw bars are stored, adjusted ones are derived from corporate actions; ' +
          'give the raw bars as published by the exchange',
      },
    };
  }
  for (const { name, roles } of PLAIN) {
    const wanted = Object.keys(roles);
    if (wanted.every((field, index) => lower[index] === field)) {
      return bars(
        name,
        trimmed,
        Uint8Array.from(lower, (field, i) => (i < wanted.length ? (roles[field] ?? 0) : (TELLS_APART[field] ?? 0))),
        false,
      );
    }
  }
  const text = lower.join(',');
  const names = trimmed.map(columnName);
  if (ACTION_COLUMNS.every((name) => names.includes(name))) return { kind: 'actions' };
  const other = OTHER.find((entry) => entry.header === text);
  if (other !== undefined) return { kind: 'other', why: other.why };
  if (isInstrumentHeader(names)) return { kind: 'instruments' };
  return {
    kind: 'refused',
    defect: {
      code: 'unknown_header',
      message:
        `the header "${quoteValue(header)}" (${trimmed.length} columns) is none that is known: expected the columns of ` +
        'cm (13, before July 2011 11), sec_bhavdata_full (15) or UDiFF (34) bhavcopies, "symbol,date,open,high,low,close,volume[,…]", ' +
        '"symbol,datetime,open,high,low,close,volume[,…]", the corporate actions (symbol, ex_date, type, value) or a list of instruments (symbol with series, ISIN, type or name); ' +
        'check that the first line is the header and is complete',
    },
  };
}

function bars(name: LayoutName, fields: readonly string[], roles: Uint8Array, oneSession: boolean): LayoutMatch {
  return { kind: 'bars', layout: { name, fields, roles, oneSession } };
}

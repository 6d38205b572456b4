import { describe, expect, it } from 'vitest';
import { hasRealData, realFile } from '../test/real-data.ts';
import { isFund, withObservedIsins } from './funds.ts';
import { parseInstruments } from './instruments.ts';

describe('a unit of a fund', () => {
  it('is known by the type or the ISIN that a list gives, whatever its name is', () => {
    expect(isFund('NSE', 'ANY', { isin: 'INF204KB14I2' })).toBe(true);
    expect(isFund('NSE', 'ANY', { fund: true })).toBe(true);
    // The list knows better than a name.
    expect(isFund('NSE', 'SOMEBEES', { isin: 'INE002A01018' })).toBe(false);
  });

  it('is known by its series or its name where a list has no ISIN', () => {
    expect(isFund('NSE', 'ANY', { series: 'MF' })).toBe(true);
    for (const name of [
      'Nippon India ETF Nifty 50 BeES',
      'Zerodha Nifty 1D Rate Liquid ETF',
      'DSP Liquid Fund',
      'SBI Mutual Fund - Gold',
    ])
      expect([name, isFund('NSE', 'ANY', { name })]).toEqual([name, true]);
    for (const name of [
      'HDFC Asset Management Company Ltd.',
      'Jet Freight Logistics Ltd.',
      'PNB Gilts Ltd.',
      'Motilal Oswal Financial Services Ltd.',
    ])
      expect([name, isFund('NSE', 'ANY', { name, series: 'EQ' })]).toEqual([name, false]);
  });

  it('is known by its symbol where no list has it', () => {
    for (const symbol of [
      'NIFTYBEES',
      'LIQUIDBEES',
      'LIQUIDCASE',
      'LIQUID1',
      'HDFCLIQUID',
      'GOLDETF',
      'BANKETFADD',
      'SETFGOLD',
      'GILT5YBEES',
      'LTGILTCASE',
      'GSEC10IETF',
      'MON100',
      'SILVER',
    ])
      expect([symbol, isFund('NSE', symbol, undefined)]).toEqual([symbol, true]);
    for (const symbol of [
      'JETFREIGHT',
      'PNBGILTS',
      'GOLDIAM',
      'GOLDTECH',
      'SKYGOLD',
      'SHANTIGOLD',
      'NETWORK18',
      'MODTHREAD',
      'HDFCAMC',
      'GROWW',
      'MOIL',
      'ABSLAMC',
    ])
      expect([symbol, isFund('NSE', symbol, undefined)]).toEqual([symbol, false]);
    // The same letters are a share in another market.
    expect([isFund('NSE', 'IT', undefined), isFund('US', 'IT', undefined), isFund('US', 'SPY', undefined)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is known by the ISIN that the exchange’s own files gave, also without any list', () => {
    const listed = new Map([['SHARE', { symbol: 'SHARE', series: 'EQ', isin: 'INE002A01018' }]]);
    const identity = {
      firstDay: 1,
      prevClose: null,
    };
    const joined = withObservedIsins(listed, {
      symbols: {
        SHARE: { ...identity, isins: [['INF204KB14I2', 1]] },
        UNITS: { ...identity, isins: [['INF204KB14I2', 1]] },
        NONE: { ...identity, isins: [] },
      },
    });
    expect([...joined.keys()]).toEqual(['SHARE', 'UNITS']);
    expect(['SHARE', 'UNITS'].map((symbol) => isFund('NSE', symbol, joined.get(symbol)))).toEqual([false, true]);
  });
});

describe('a list of instruments', () => {
  it('is read by the names of its columns, those of brokers and vendors too', () => {
    const kite =
      'instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange\n';
    const rows =
      '1,1,SBIN,STATE BANK OF INDIA,0,,0,0.05,1,EQ,NSE,NSE\n2,2,SBIN,STATE BANK OF INDIA,0,,0,0.05,1,EQ,BSE,BSE\n' +
      '3,3,LIQUIDBEES,NIP IND ETF LIQUID BEES,0,,0,0.01,1,EQ,NSE,NSE\n4,4,SBIN24JANFUT,SBIN,0,2024-01-25,0,0.05,1500,FUT,NFO-FUT,NFO\n';
    const { instruments, defects } = parseInstruments(kite + rows, 'NSE');
    expect(defects).toEqual([]);
    expect(instruments.map(({ symbol, isin }) => [symbol, isin])).toEqual([
      ['SBIN', undefined],
      ['LIQUIDBEES', undefined],
    ]);
    expect(instruments.map((one) => isFund('NSE', one.symbol, one))).toEqual([false, true]);
    const typed = parseInstruments(
      'Symbol,Quote Type,Long Name\nABC.NS,EQUITY,ABC Ltd\nXYZ.NS,ETF,"XYZ, units"\nQ.NS,MUTUALFUND,Q\n',
      'NSE',
    );
    expect(typed.instruments.map(({ symbol, fund, name }) => [symbol, fund, name])).toEqual([
      ['ABC', undefined, 'ABC Ltd'],
      ['XYZ', true, 'XYZ, units'],
      ['Q', true, 'Q'],
    ]);
  });
});

describe.skipIf(!hasRealData)('the real symbols of NSE', () => {
  it('are told apart by their symbols as by the ISINs of 2017', () => {
    const wrong: string[] = [];
    let [funds, shares] = [0, 0];
    for (const name of ['bhavcopy/cm01NOV2017bhav.csv', 'bhavcopy/cm01DEC2017bhav.csv'])
      for (const line of new TextDecoder().decode(realFile(name)).split('\n').slice(1)) {
        const cells = line.split(',');
        if (cells[1] !== 'EQ') continue;
        const expected = cells[12]!.startsWith('INF');
        if (expected) funds++;
        else shares++;
        if (isFund('NSE', cells[0]!, undefined) !== expected) wrong.push(cells[0]!);
      }
    expect([funds > 100, shares > 2_800, wrong]).toEqual([true, true, []]);
  });

  it('of today’s lists of shares are none', () => {
    const wrong = ['ind_nifty500list.csv', 'nifty750list.csv'].flatMap((name) =>
      parseInstruments(new TextDecoder().decode(realFile(name)), 'NSE').instruments.filter(
        ({ symbol, series, name: company }) =>
          isFund('NSE', symbol, { series, ...(company !== undefined && { name: company }) }),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

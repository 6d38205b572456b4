import { describe, expect, it } from 'vitest';
import { countSeverities, isAcceptable, isFiltered, NO_FILTER, selectFindings, type Finding } from './finding-query.ts';
import { findingsCsv } from './finding-csv.ts';

const finding = (part: Partial<Finding>): Finding => ({
  code: 'price_spike',
  severity: 'warning',
  symbol: 'TATASTEEL',
  sessionDate: '2026-02-18',
  message: 'close 900 between 612 and 611',
  ...part,
});
const FINDINGS = [
  finding({ code: 'missing_session', severity: 'error', symbol: null, sessionDate: '2026-02-03' }),
  finding({ code: 'unexplained_jump', severity: 'error', symbol: 'VEDL' }),
  finding({}),
  finding({ symbol: 'TATAMOTORS', sessionDate: '2026-02-03' }),
];
const symbols = (query: Partial<typeof NO_FILTER>) =>
  selectFindings(FINDINGS, { ...NO_FILTER, ...query }).map((each) => each.symbol);

describe('the filters of the findings', () => {
  it('cut by kind, severity and session exactly, by symbol from its beginning in any case, and all at once', () => {
    expect(symbols({})).toEqual([null, 'VEDL', 'TATASTEEL', 'TATAMOTORS']);
    expect(symbols({ code: 'price_spike' })).toEqual(['TATASTEEL', 'TATAMOTORS']);
    expect(symbols({ severity: 'error' })).toEqual([null, 'VEDL']);
    expect(symbols({ session: '2026-02-03' })).toEqual([null, 'TATAMOTORS']);
    expect(symbols({ symbol: ' tata' })).toEqual(['TATASTEEL', 'TATAMOTORS']);
    expect(symbols({ symbol: 'STEEL' })).toEqual([]);
    expect(symbols({ symbol: 'tata', session: '2026-02-03', severity: 'warning' })).toEqual(['TATAMOTORS']);
  });

  it('say whether any is set', () => {
    expect(isFiltered(NO_FILTER)).toBe(false);
    expect(isFiltered({ ...NO_FILTER, symbol: '  ' })).toBe(false);
    expect(isFiltered({ ...NO_FILTER, severity: 'info' })).toBe(true);
  });

  it('count findings, not kinds', () => {
    const kind = { title: '', code: 'a' };
    expect(
      countSeverities([
        { ...kind, severity: 'error', count: 3 },
        { ...kind, severity: 'error', count: 4 },
        { ...kind, severity: 'info', count: 9 },
      ]),
    ).toEqual({ error: 7, warning: 0, info: 9 });
  });
});

it('only an error of a held-back symbol on a session can be accepted', () => {
  const held = new Set(['VEDL']);
  const error = finding({ symbol: 'VEDL', severity: 'error' });
  expect(isAcceptable(error, held)).toBe(true);
  expect(isAcceptable(error, new Set())).toBe(false);
  expect(isAcceptable({ ...error, severity: 'warning' }, held)).toBe(false);
  expect(isAcceptable({ ...error, symbol: null }, held)).toBe(false);
  expect(isAcceptable({ ...error, sessionDate: null }, held)).toBe(false);
});

describe('the CSV of the findings', () => {
  const kinds = [{ code: 'price_spike', severity: 'warning' as const, title: 'Leaves, and comes back', count: 1 }];
  it('names its session, and quotes what holds commas and quotes', () => {
    const [remark, head, row, end] = findingsCsv([finding({ message: 'said "no"' })], kinds, '2026-02-27').split(
      '\r\n',
    );
    expect(remark).toContain('session of 2026-02-27');
    expect(remark).toContain('Not investment advice');
    expect(head).toBe('severity,code,title,symbol,session_date,message');
    expect(row).toBe('warning,price_spike,"Leaves, and comes back",TATASTEEL,2026-02-18,"said ""no"""');
    expect(end).toBe('');
  });

  it.each(['=1+1', '+A1', '-1+cmd', '@sum', '\tx', '＝1+1'])(
    'a value that a spreadsheet would run is text: %j',
    (message) => {
      expect(findingsCsv([finding({ message })], kinds, '2026-02-27').split('\r\n')[2]).toContain(`,'${message}`);
    },
  );

  it('a plain number is none', () => {
    expect(findingsCsv([finding({ message: '-1' })], kinds, '2026-02-27').split('\r\n')[2]).toMatch(/,-1$/);
  });
});

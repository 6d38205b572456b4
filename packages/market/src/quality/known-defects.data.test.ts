import { readdirSync } from 'node:fs';
import { fromEpochDay, makeFrozenClock } from '@aion/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasRealData, realFile, realFolder } from '../../test/real-data.ts';
import { type FolderAudit, type IssueCode, type QualityIssue, auditFiles } from './index.ts';

/** What is known to be wrong with the data is found by the checks, none of which knows of it. */
describe.skipIf(!hasRealData)('the known defects of the real data', () => {
  let audit: FolderAudit;
  const of = (file: string, code: IssueCode): readonly QualityIssue[] =>
    audit.files.find(({ name }) => name.startsWith(file))!.issues.filter((issue) => issue.code === code);
  const named = (issues: readonly QualityIssue[]): string[] =>
    issues.map(({ symbol, day }) => `${symbol ?? ''} ${day === undefined ? '' : fromEpochDay(day)}`.trim());

  beforeAll(() => {
    const names = [
      ...readdirSync(realFolder).filter((name) => /\.csv(\.gz)?$/.test(name)),
      ...readdirSync(`${realFolder}/bhavcopy`).map((name) => `bhavcopy/${name}`),
    ];
    audit = auditFiles(
      names.map((name) => ({ name, bytes: realFile(name) })),
      { clock: makeFrozenClock(Date.parse('2026-11-21T10:00:00Z')) },
    );
  });

  it('two sessions that the raw file misses, and none that it has too many', () => {
    expect(named(of('nse_daily_raw.csv', 'missing_session'))).toEqual(['2021-11-04', '2022-08-08']);
    expect(of('nse_daily_raw.csv', 'closed_day')).toEqual([]);
    expect(of('nse_daily_raw.csv', 'copied_session')).toEqual([]);
  });

  it('jumps without an action, each by name, and actions that the prices contradict', () => {
    const jumps = named(of('nse_daily_raw.csv', 'unexplained_jump'));
    expect(jumps).toHaveLength(10);
    for (const known of ['ABFRL', 'CENTURYTEX', 'EASEMYTRIP', 'IOLCP', 'MAJESCO', 'MINDAIND', 'PEL', 'BAJAJFINSV']) {
      expect(jumps.join()).toContain(known);
    }
    expect(named(of('nse_daily_raw.csv', 'refuted_action'))).toEqual(['HAL 2023-09-29', 'LODHA 2023-05-26']);
    const { metrics } = audit.files.find(({ name }) => name === 'nse_daily_raw.csv.gz')!;
    expect(metrics['explainedJumps']).toBeGreaterThan(90);
  });

  it('shares whose symbol changed, also those of which only one name is there', () => {
    const changes = audit.between.filter(({ code }) => code === 'symbol_change').map(({ message }) => message);
    for (const [from, to] of [
      ['ZOMATO', 'ETERNAL'],
      ['MOTHERSUMI', 'MOTHERSON'],
      ['TATAMOTORS', 'TMPV'],
      ['CENTURYTEX', 'ABREL'],
      ['MINDAIND', 'UNOMINDA'],
    ]) {
      expect(changes.some((message) => message.startsWith(`${from} trades as ${to} from`))).toBe(true);
    }
    const listed = changes.filter((message) => message.includes('as the exchange published'));
    const shown = changes.filter((message) => message.includes('by the close before it'));
    expect(shown.length).toBeGreaterThanOrEqual(15);
    expect(listed.length).toBeGreaterThanOrEqual(1);
  });

  it("single errors and missing demergers of the vendor's adjusted file", () => {
    const file = 'nse_daily_yahoo_adjusted';
    expect(named(of(file, 'bad_print'))).toEqual(['DABUR 2007-01-25', 'LT 2006-09-27']);
    const jumps = named(of(file, 'unexplained_jump'));
    for (const known of ['GLENMARK 2007-09-10', 'BAJAJFINSV 2008-05-26', 'TMPV 2025-10-14'])
      expect(jumps).toContain(known);
    expect(of(file, 'survivorship')).toHaveLength(1);
    expect(of(file, 'off_tick').length).toBeGreaterThan(50);
  });

  it('actions without a ratio, and dividends in the shares of a later day, by source', () => {
    expect(of('nse_corporate_actions', 'uncertain_action').length).toBeGreaterThan(10);
    expect(
      of('nse_corporate_actions', 'restated_dividends')
        .map(({ values }) => values!['source'])
        .sort(),
    ).toEqual(['derived', 'yahoo']);
  });

  it('indices without volume, and the three index rows whose close lies outside', () => {
    expect(of('nse_index_daily', 'zero_volume').length).toBeGreaterThan(5);
    const { ingest } = audit.files.find(({ name }) => name === 'nse_index_daily.csv.gz')!;
    expect(Object.values(ingest).reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('minutes: days left out, first minutes missing, days that do not add up, stamps at the end, no volume', () => {
    const file = 'nse_intraday_1m_2021';
    expect(named(of(file, 'missing_session'))).toEqual(expect.arrayContaining(['2021-05-24', '2021-05-25']));
    expect(of(file, 'late_first_bar').length).toBeGreaterThan(30);
    expect(of(file, 'short_coverage').length).toBeGreaterThan(40);
    expect(of(file, 'short_coverage').find(({ symbol }) => symbol === 'TATASTEEL')!.message).toContain('2021-05-12');
    expect(of(file, 'minute_daily_mismatch').length).toBeGreaterThan(30);
    expect(of('nifty_1m', 'end_stamped')).toHaveLength(1);
    expect(of('nifty_1m', 'zero_volume')).toHaveLength(1);
    expect(of('us_intraday_1m', 'late_first_bar').length).toBeGreaterThan(20);
    expect(of('us_intraday_1m', 'short_coverage').length).toBeGreaterThan(20);
  });

  it('adjusted prices of the US, and lists that are of one day', () => {
    expect(of('us_daily', 'off_tick').length).toBeGreaterThan(50);
    expect(of('us_daily', 'survivorship')).toHaveLength(1);
    expect(of('ind_nifty500list', 'membership_today')).toHaveLength(1);
  });

  it('and of sources that agree nothing is said: the full market against the raw file', () => {
    const pair = audit.comparisons.find(
      ({ a, b }) => a === 'nse_daily_raw.csv.gz' && b === 'nse_full_market_60d.csv.gz',
    )!;
    expect(pair.commonDays).toBeGreaterThan(28_000);
    expect(pair.agreeingFrac).toBe(1);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { loadAccepted, loadIssueDecisions, saveQualityReport, type QualityReport } from '@aion/market';
import { makeFixturePorts, type FixturePorts } from '../../../market/test/fixture-ports.ts';
import { decideFinding, type FindingDecision } from './decide-finding.ts';

const FINDING = {
  code: 'unexplained_jump',
  severity: 'error',
  symbol: 'ALPHA',
  sessionDate: '2026-02-27',
  message: 'fell by half',
} as const;
const reportOf = (issues: QualityReport['issues']): QualityReport => ({
  ...{ sessionDate: '2026-02-27', series: 1, bars: 1, meanScore: 100, explainedJumps: 0, moreIssues: 0 },
  ...{ issues, byCode: [], symbols: [], days: [], proposals: [] },
});
const asked = (change: Partial<FindingDecision> = {}): FindingDecision => ({
  exchange: 'NSE',
  code: FINDING.code,
  symbol: 'alpha',
  sessionDate: FINDING.sessionDate,
  why: 'a demerger',
  revoke: false,
  actor: { kind: 'user', email: 'admin@example.org' },
  ...change,
});

let ports: FixturePorts;
beforeEach(() => void (ports = makeFixturePorts()));
const accepted = () => loadAccepted(ports, 'NSE');
const kept = () => loadIssueDecisions(ports, 'NSE');

describe('a decision about a finding', () => {
  it('rests on the newest report, and is kept with who, why and what was found', async () => {
    await saveQualityReport(ports, 'NSE', reportOf([FINDING]));
    await decideFinding(ports, asked());
    expect(await kept()).toMatchObject([
      { code: FINDING.code, symbol: 'ALPHA', by: 'admin@example.org', why: 'a demerger', message: 'fell by half' },
    ]);
    await decideFinding(ports, asked({ revoke: true }));
    expect(await accepted()).toEqual([]);
  });

  it('rests on a fresh look where the report does not have it and the caller can look', async () => {
    await saveQualityReport(ports, 'NSE', reportOf([]));
    await expect(decideFinding(ports, asked())).rejects.toThrow(/find no unexplained_jump of ALPHA/);
    await decideFinding(ports, asked({ actor: { kind: 'operator' } }), async () => reportOf([FINDING]));
    expect(await kept()).toMatchObject([{ by: 'command line' }]);
  });

  it('needs a reason and a date, and changes nothing without', async () => {
    await saveQualityReport(ports, 'NSE', reportOf([FINDING]));
    for (const wrong of [
      { why: '  x ' },
      { why: '' },
      { sessionDate: '27-02-2026' },
      { code: 'gap' },
      { symbol: 'BETA' },
    ])
      await expect(decideFinding(ports, asked(wrong)), JSON.stringify(wrong)).rejects.toMatchObject({
        code: 'bad_input',
      });
    expect(await accepted()).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { ALERT_TYPES, sealAlert, type Alert } from './alert.ts';
import { alertWords } from './alert-words.ts';

const alert = (type: Alert['type'], metadata: Alert['metadata'], source = 'records:x'): Alert =>
  sealAlert({ symbol: 'ABC', type, atMs: 0, sessionDate: '2026-02-27', score: 0.5, source, layer: 2, metadata });

it.each([
  [alert('insider_buying', { buyers: 1, sellers: 0, trades: 1 }), '1 insider bought on balance within thirty days'],
  [alert('insider_buying', { buyers: 3, sellers: 0, trades: 5 }), '3 insiders bought on balance within thirty days'],
  [alert('options_flow', { calls: 1200, puts: 300 }), 'Calls trade unusually: 1200 against 300 puts'],
  [alert('news_sentiment', { texts: 1, meanScore: 0.6 }), 'News of three days is good on the whole (1 story)'],
  [alert('news_sentiment', { texts: 4, meanScore: 0.6 }), 'News of three days is good on the whole (4 stories)'],
  [alert('social_sentiment', { texts: 7, meanScore: 0.6 }), 'Posts of three days are good on the whole (7)'],
  [
    alert('market_correlation', { recent: 0.1, usual: 0.62 }, 'returns:NIFTY50'),
    'Goes its own way from NIFTY50: correlation 0.10, usually 0.62',
  ],
  [alert('sector_rotation', { sector: 'Power', sectorReturn: 0.0812 }), 'Money moves into Power: 8.1 % in a month'],
])('says what an alert found: %s', (given, words) => {
  expect(alertWords(given)).toBe(words);
});

it('has words for every type, also where a figure is missing', () => {
  for (const type of ALERT_TYPES) expect(alertWords(alert(type, {})).length, type).toBeGreaterThan(10);
});

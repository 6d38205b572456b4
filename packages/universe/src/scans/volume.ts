import type { WrittenScan } from './scan.ts';

export const VOLUME_SCANS: readonly WrittenScan[] = [
  {
    id: 'unusual-volume',
    family: 'volume',
    title: 'Unusual volume',
    meaning: 'At least two and a half times the mean volume of the 20 bars before.',
    rule: { column: 'volume_ratio20', is: 'at_least', than: 2.5 },
    order: { column: 'volume_ratio20', first: 'highest' },
    alert: { type: 'unusual_volume', column: 'volume_ratio20', from: 1, to: 8 },
  },
  {
    id: 'volume-gainers',
    family: 'volume',
    title: 'Volume gainers',
    meaning: 'Unusual volume on a bar that rose by at least 3 % and closed in its upper half.',
    rule: {
      all: [
        { column: 'volume_ratio20', is: 'at_least', than: 2.5 },
        { column: 'change_frac', is: 'at_least', than: 0.03 },
        { column: 'close_place', is: 'above', than: 0.5 },
      ],
    },
    order: { column: 'change_frac', first: 'highest' },
    alert: { type: 'unusual_volume', column: 'volume_ratio20', from: 1, to: 6 },
  },
  {
    id: 'volume-sell-off',
    family: 'volume',
    title: 'Sell-off on volume',
    meaning: 'Unusual volume on a bar that fell by at least 3 %.',
    rule: {
      all: [
        { column: 'volume_ratio20', is: 'at_least', than: 2.5 },
        { column: 'change_frac', is: 'at_most', than: -0.03 },
      ],
    },
    order: { column: 'change_frac', first: 'lowest' },
  },
  {
    id: 'volume-dry-up',
    family: 'volume',
    title: 'Volume dry-up',
    meaning:
      'The volume of the last week is at most half of that of ten weeks, while the price holds above its 50-day mean.',
    rule: {
      all: [
        { column: 'volume_dry_up', is: 'at_most', than: 0.5 },
        { column: 'close', is: 'above', than: { column: 'sma50' } },
      ],
    },
    order: { column: 'volume_dry_up', first: 'lowest' },
  },
  {
    id: 'pocket-pivot',
    family: 'volume',
    title: 'Pocket pivot',
    meaning: 'A rise on more volume than any fall of the ten bars before, above the 50-day mean.',
    rule: { all: [{ flag: 'pocket_pivot' }, { column: 'close', is: 'above', than: { column: 'sma50' } }] },
    order: { column: 'volume_ratio20', first: 'highest' },
  },
  {
    id: 'money-flow-in',
    family: 'volume',
    title: 'Money flows in',
    meaning: 'Chaikin money flow of 20 bars above 0.2: closes near the high carry the volume.',
    rule: { column: 'cmf20', is: 'above', than: 0.2 },
    order: { column: 'cmf20', first: 'highest' },
  },
];

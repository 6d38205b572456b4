// Syllables that no listed company's symbol is made of.
const FIRST = ['ZOR', 'QUV', 'VEX', 'NYR', 'TAZ', 'MIZ', 'OXA', 'PYL', 'KRY', 'DUV', 'ZEN', 'LUX', 'RYV', 'JOX', 'WEZ'];
const SECOND = [
  'ANT',
  'IXO',
  'OMA',
  'URA',
  'ELQ',
  'ARN',
  'OVI',
  'ESK',
  'YTH',
  'UND',
  'ILO',
  'AXE',
  'ORB',
  'EMI',
  'UZA',
];
const THIRD = ['', 'EX', 'OL', 'IN', 'AR', 'UM', 'IS', 'OR', 'AL', 'EN', 'YX', 'OS', 'IA', 'UR', 'EM', 'AZ'];

export const SECTORS = [
  'Financial Services',
  'Information Technology',
  'Capital Goods',
  'Healthcare',
  'Automobile and Auto Components',
  'Fast Moving Consumer Goods',
  'Chemicals',
  'Metals & Mining',
  'Power',
  'Oil Gas & Consumable Fuels',
  'Construction',
  'Realty',
] as const;

const ENDINGS = [
  'Finance',
  'Systems',
  'Engineering',
  'Pharma',
  'Motors',
  'Foods',
  'Chemicals',
  'Metals',
  'Power',
  'Energy',
];

/** An invented symbol, unique for each index. */
export function symbolAt(index: number): string {
  const a = index % FIRST.length;
  const b = Math.floor(index / FIRST.length) % SECOND.length;
  const c = Math.floor(index / (FIRST.length * SECOND.length));
  const tail = c < THIRD.length ? THIRD[c]! : `${THIRD[c % THIRD.length]!}${Math.floor(c / THIRD.length)}`;
  // The second syllable turns with the first, so that neighbours do not look alike.
  return `${FIRST[a]!}${SECOND[(b + a * 4) % SECOND.length]!}${tail}`;
}

/** An invented company name; its last word follows the sector. */
export function nameOf(symbol: string, sectorIndex: number): string {
  const word = `${symbol[0]!}${symbol.slice(1).toLowerCase()}`;
  const ending = ENDINGS[sectorIndex] ?? (sectorIndex === 10 ? 'Infra' : 'Estates');
  return `${word} ${ending} Ltd.`;
}

/** An identifier in the form of an ISIN with its check digit, under a country code that none has. */
export function isinAt(index: number): string {
  const body = `ZZSIM${String(index).padStart(6, '0')}`;
  const digits = [...body].map((char) => Number.parseInt(char, 36)).join('');
  let sum = 0;
  [...digits].toReversed().forEach((digit, place) => {
    const doubled = place % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return `${body}${(10 - (sum % 10)) % 10}`;
}

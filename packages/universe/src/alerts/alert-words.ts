import type { Alert } from './alert.ts';

/**
 * What an alert says, for people, with the figures behind it. Of news and posts how many there are and how they sound, never their words: those
 * may not be ours to show.
 *
 * @example alertWords(alert) // '3 insiders bought on balance within thirty days'
 */
export function alertWords({ type, metadata, source }: Pick<Alert, 'type' | 'metadata' | 'source'>): string {
  const figure = (name: string, digits = 0): string => {
    const value = metadata[name];
    return typeof value === 'number' ? value.toFixed(digits) : 'an unknown number of';
  };
  const percent = (name: string): string => {
    const value = metadata[name];
    return typeof value === 'number' ? `${(100 * value).toFixed(1)} %` : 'unknown';
  };
  switch (type) {
    case 'insider_buying': {
      const one = metadata['buyers'] === 1;
      return `${figure('buyers')} ${one ? 'insider' : 'insiders'} bought on balance within thirty days`;
    }
    case 'options_flow':
      return `Calls trade unusually: ${figure('calls')} against ${figure('puts')} puts`;
    case 'news_sentiment':
      return `News of three days is good on the whole (${figure('texts')} ${metadata['texts'] === 1 ? 'story' : 'stories'})`;
    case 'social_sentiment':
      return `Posts of three days are good on the whole (${figure('texts')})`;
    case 'market_correlation':
      return `Goes its own way from ${source.replace('returns:', '')}: correlation ${figure('recent', 2)}, usually ${figure('usual', 2)}`;
    case 'sector_rotation':
      return `Money moves into ${String(metadata['sector'] ?? 'its sector')}: ${percent('sectorReturn')} in a month`;
    case 'unusual_volume':
      return 'Trades at unusual volume';
    case 'price_breakout':
      return 'Breaks out of its range';
    case 'momentum_shift':
      return 'Its momentum turns';
  }
}

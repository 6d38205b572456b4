/** A phrase as a sentence: a capital first, a full stop last. */
export function sentence(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length) + (/[.!?]$/.test(text) || text === '' ? '' : '.');
}

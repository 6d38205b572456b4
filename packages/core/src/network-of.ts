const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * The network by which callers are counted: an IPv4 address itself, and of an IPv6 address the first 64 bits, because whoever has one has
 * the other 2⁶⁴ too. An IPv4 address in IPv6 form counts as the IPv4 address. Anything else is returned as it is, in lower case.
 *
 * @example networkOf('2001:0DB8::1:2'); // '2001:db8:0:0'
 * @example networkOf('::ffff:198.51.100.7'); // '198.51.100.7'
 */
export function networkOf(address: string): string {
  const plain = address.toLowerCase().split('%')[0]!;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const [before, after] = [partsOf(head), partsOf(tail ?? '')];
  const given = [...before, ...after].reduce((count, part) => count + (IPV4.test(part) ? 2 : 1), 0);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - given);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after].map((part) => part.replace(/^0+(?=.)/, ''));
  return mappedIpv4(groups) ?? groups.slice(0, 4).join(':');
}

const partsOf = (text: string): string[] => text.split(':').filter((part) => part !== '');

/** The address in `::ffff:198.51.100.7` or `::ffff:c633:6407`; undefined for any other. */
function mappedIpv4(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined;
  const [high = '', low] = groups.slice(6);
  if (IPV4.test(high)) return high;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low ?? '', 16)];
  return Number.isNaN(a) || Number.isNaN(b) ? undefined : [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

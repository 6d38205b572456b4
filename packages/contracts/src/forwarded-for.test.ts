import { describe, expect, it } from 'vitest';
import { notedByProxy } from './forwarded-for.ts';

describe('the address that the nearest proxy noted', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['1.2.3.4, 198.51.100.7', '198.51.100.7'],
    ['198.51.100.7:51234', '198.51.100.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['1.2.3.4,[2001:db8::1]:443 ', '2001:db8::1'],
    ['::ffff:198.51.100.7', '::ffff:198.51.100.7'],
  ])('%s is that of %s', (header, address) => expect(notedByProxy(header)).toBe(address));

  it.each([
    undefined,
    '',
    'unknown',
    '1.2.3.4,',
    '1.2.3',
    '1.2.3.4:',
    '1.2.3.4:x',
    '_hidden',
    '[1::2',
    '999.1.1.1',
    'a',
  ])('%s names none', (header) => expect(notedByProxy(header)).toBeUndefined());
});

import { describe, expect, it } from 'vitest';
import { inOrder, ROWS, rowsWithoutCheck } from './rows.ts';

describe('the rows of the attack', () => {
  it('that have no check are named, all of them or those that were asked for', () => {
    const attacks = ROWS.filter((row) => row !== '5').map((row) => ({ row }));
    expect(rowsWithoutCheck(attacks, [])).toEqual(['5']);
    expect(rowsWithoutCheck(attacks, ['4'])).toEqual([]);
    expect(rowsWithoutCheck(attacks, ['5', '4', '99'])).toEqual(['5', '99']);
    expect(rowsWithoutCheck([], [])).toHaveLength(18);
  });

  it('are in the order of the list, and one that the list does not have is refused', () => {
    const [late, early, last] = [
      { row: '10', title: 'b' },
      { row: '9', title: 'a' },
      { row: 'low', title: 'c' },
    ];
    expect(inOrder([last, late, early])).toEqual([early, late, last]);
    expect(() => inOrder([{ row: '18', title: 'a typing error' }])).toThrow(/"a typing error" is of row 18/);
  });
});

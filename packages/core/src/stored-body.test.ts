import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bodyIfReadable, bodyOf, type StoredForm } from './stored-body.ts';

const schema = z.strictObject({ name: z.string(), shares: z.int() });
const form: StoredForm<z.infer<typeof schema>> = {
  what: 'thing',
  v: 3,
  schema,
  upcast: { 1: ({ title, ...body }) => ({ ...body, name: title }), 2: (body) => ({ ...body, shares: 0 }) },
};
const item = (v: number, body: Record<string, unknown>) =>
  ({ table: 'product', pk: 'THING#1', sk: 'META', v, rev: 1, body }) as const;

describe('the body of a stored item', () => {
  it('is read as it stands, and older versions one step after the other', () => {
    expect(bodyOf(item(3, { name: 'a', shares: 2 }), form)).toEqual({ name: 'a', shares: 2 });
    expect(bodyOf(item(2, { name: 'a' }), form)).toEqual({ name: 'a', shares: 0 });
    expect(bodyOf(item(1, { title: 'a' }), form)).toEqual({ name: 'a', shares: 0 });
  });

  it('is none where there is no item, and where one that will be made again cannot be read', () => {
    expect(bodyOf(undefined, form)).toBeUndefined();
    expect(bodyIfReadable(undefined, form)).toBeUndefined();
    expect(bodyIfReadable(item(2, { name: 'a' }), form)).toEqual({ name: 'a', shares: 0 });
    for (const wrong of [item(3, { name: 'a' }), item(4, { name: 'a', shares: 1 }), item(0, {})])
      expect(bodyIfReadable(wrong, form)).toBeUndefined();
  });

  it('is refused by name where it does not fit, is of a newer program, or of a version that nothing leads on from', () => {
    for (const [wrong, why] of [
      [item(3, { name: 'a', shares: 1.5 }), /THING#1 META.*shares/],
      [item(3, { name: 'a', shares: 1, more: 1 }), /more/],
      [item(4, { name: 'a', shares: 1 }), /a newer program wrote it \(version 4/],
      [item(0, {}), /nothing makes version 1 of version 0/],
    ] as const)
      expect(() => bodyOf(wrong, form)).toThrow(
        expect.objectContaining({ code: 'corrupt', message: expect.stringMatching(why) as string }),
      );
  });
});

import { z } from 'zod';

/** Time with the offset +0530, open, high, low, close, volume, and open interest where it was asked for. */
export const Candles = z.object({
  status: z.literal('success'),
  data: z.object({
    candles: z.array(
      z.tuple([z.string(), z.number(), z.number(), z.number(), z.number(), z.number()]).rest(z.unknown()),
    ),
  }),
});
export type Candles = z.infer<typeof Candles>;

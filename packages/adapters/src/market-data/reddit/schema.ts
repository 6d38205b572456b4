import { z } from 'zod';

export const Token = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

export const Listing = z.object({
  data: z.object({
    after: z.string().nullable(),
    children: z.array(
      z.object({
        kind: z.string(),
        data: z.object({
          name: z.string(),
          title: z.string(),
          selftext: z.string().optional(),
          created_utc: z.number(),
          subreddit: z.string(),
        }),
      }),
    ),
  }),
});
export type Listing = z.infer<typeof Listing>;

import { z } from 'zod';

const Text = z.string().nullish();

export const News = z.array(
  z.object({
    id: z.union([z.int(), z.string()]),
    created: z.string(),
    updated: z.string(),
    title: z.string(),
    teaser: Text,
    url: Text,
    author: Text,
    stocks: z.array(z.object({ name: z.string() })),
  }),
);
export type News = z.infer<typeof News>;

const Rating = z.object({
  id: z.string(),
  date: z.string(),
  time: z.string(),
  ticker: z.string(),
  analyst: Text,
  analyst_name: Text,
  action_company: Text,
  rating_current: Text,
  rating_prior: Text,
  pt_current: Text,
  pt_prior: Text,
  currency: Text,
  updated: z.int(),
});
/** Without a row the list comes in place of the object. */
export const Ratings = z.union([
  z.object({ ratings: z.array(Rating) }),
  z.array(z.never()).transform(() => ({ ratings: [] })),
]);
export type Ratings = z.infer<typeof Ratings>;

const Economic = z.object({
  id: z.string(),
  date: z.string(),
  time: z.string(),
  country: z.string(),
  event_name: z.string(),
  event_period: Text,
  actual: Text,
  actual_t: Text,
  consensus: Text,
  prior: Text,
  importance: z.int().nullish(),
  updated: z.int(),
});
export const Economics = z.union([
  z.object({ economics: z.array(Economic) }),
  z.array(z.never()).transform(() => ({ economics: [] })),
]);
export type Economics = z.infer<typeof Economics>;

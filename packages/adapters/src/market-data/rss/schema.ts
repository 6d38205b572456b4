import { z } from 'zod';

const list = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema),
  );
/** Text, or an element with attributes around it. */
const Text = z
  .union([z.string(), z.looseObject({ '#text': z.string().optional() }).transform((node) => node['#text'] ?? '')])
  .optional();
const Link = z.union([z.string(), z.looseObject({ '@href': z.string().optional(), '@rel': z.string().optional() })]);

export const Feed = z.union([
  z.object({
    rss: z.looseObject({
      channel: z.looseObject({
        title: Text,
        item: list(
          z.looseObject({ title: Text, link: Text, description: Text, pubDate: Text, date: Text, guid: Text }),
        ),
      }),
    }),
  }),
  z.object({
    feed: z.looseObject({
      title: Text,
      entry: list(
        z.looseObject({
          title: Text,
          link: list(Link),
          summary: Text,
          content: Text,
          published: Text,
          updated: Text,
          id: Text,
        }),
      ),
    }),
  }),
]);
export type Feed = z.infer<typeof Feed>;

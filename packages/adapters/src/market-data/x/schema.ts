import { z } from 'zod';

export const Search = z.object({
  data: z
    .array(z.object({ id: z.string(), text: z.string(), created_at: z.iso.datetime({ offset: true }) }))
    .optional(),
  meta: z.object({ result_count: z.int(), next_token: z.string().optional() }),
});
export type Search = z.infer<typeof Search>;

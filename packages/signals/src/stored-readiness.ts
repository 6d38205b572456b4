import { READINESS_STATES } from '@aion/core';
import { ReadinessReason, readinessWords } from '@aion/contracts';
import type { StoredForm } from '@aion/core';
import { z } from 'zod';
import type { Readiness } from './signal.ts';

const StoredReadiness: z.ZodType<Readiness> = z.strictObject({
  state: z.enum(READINESS_STATES),
  reasons: z.array(ReadinessReason),
  asOfMs: z.int(),
});

/** Version 1 kept the sentence of each reason beside a code that did not say all of it. */
const Worded = z.strictObject({ code: z.string(), title: z.string() });
const WordedReadiness = z.strictObject({
  state: z.enum(READINESS_STATES),
  reasons: z.array(Worded),
  asOfMs: z.int(),
});

/** What version 1 could say in words that are still ours, but for the day of `expired`. */
const SAID: readonly ReadinessReason[] = [
  { code: 'no_intraday', bars: 'none' },
  { code: 'no_intraday', bars: 'stale' },
  ...(['up', 'not_up', 'too_few_bars'] as const).map((trend) => ({ code: 'hourly_trend', trend }) as const),
  ...(['not_down', 'down', 'too_few_bars'] as const).map((trend) => ({ code: 'four_hour_trend', trend }) as const),
  { code: 'micro_confirmation', confirmed: true },
  { code: 'micro_confirmation', confirmed: false },
  { code: 'above_entry' },
  { code: 'in_entry_zone' },
  { code: 'below_entry' },
  { code: 'below_stop' },
];

/** The reason that a sentence of version 1 says; one that no reason says keeps its words. */
function reasonOf({ code, title }: z.infer<typeof Worded>): ReadinessReason {
  const validUntil = /\d{4}-\d{2}-\d{2}/.exec(title)?.[0];
  const expired = ReadinessReason.safeParse({ code: 'expired', validUntil });
  const candidates = expired.success ? [...SAID, expired.data] : SAID;
  const said = candidates.find((reason) => reason.code === code && readinessWords(reason) === title);
  return said ?? { code: 'sentence', of: code, text: title };
}

const fromWorded = ({ reasons, ...rest }: z.infer<typeof WordedReadiness>): Readiness => ({
  ...rest,
  reasons: reasons.map(reasonOf),
});

export const READINESS: StoredForm<Readiness> = {
  what: 'readiness',
  v: 2,
  schema: StoredReadiness,
  upcast: {
    1: (body) => {
      const worded = WordedReadiness.safeParse(body);
      // What is neither is refused by the schema, which names what is wrong.
      return worded.success ? { ...fromWorded(worded.data) } : body;
    },
  },
};

/** The readiness of all active signals as one object, by signal. An object has no version: it holds what its program wrote. */
export const ReadinessBySignal = z.record(
  z.string(),
  z.union([StoredReadiness, WordedReadiness.transform(fromWorded)]),
);

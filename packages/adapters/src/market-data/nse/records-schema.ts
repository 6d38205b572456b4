import { z } from 'zod';

const Text = z.union([z.string(), z.number().transform(String)]).nullish();

/** Disclosures under the rules against insider trading. Every figure is text. */
export const Disclosures = z.object({
  data: z.array(
    z.object({
      symbol: z.string(),
      acqName: Text,
      personCategory: Text,
      secAcq: Text,
      secVal: Text,
      tdpTransactionType: Text,
      acqMode: Text,
      acqfromDt: Text,
      /** When the exchange made it public. */
      date: Text,
      pid: Text,
    }),
  ),
});
export type Disclosures = z.infer<typeof Disclosures>;

const Side = z
  .object({
    openInterest: z.number(),
    totalTradedVolume: z.number(),
    impliedVolatility: z.number(),
    lastPrice: z.number(),
  })
  .optional();
export const OptionChain = z.object({
  records: z.object({
    timestamp: z.string(),
    underlyingValue: z.number(),
    data: z.array(z.object({ strikePrice: z.number(), expiryDate: z.string(), CE: Side, PE: Side })),
  }),
});
export type OptionChain = z.infer<typeof OptionChain>;

const Measure = z.object({ symbol: z.string(), asmSurvIndicator: Text, gsmStage: Text, survDesc: Text });
export const AsmReport = z.object({
  longterm: z.object({ data: z.array(Measure) }),
  shortterm: z.object({ data: z.array(Measure) }),
});
export type AsmReport = z.infer<typeof AsmReport>;
export const GsmReport = z.union([
  z.array(Measure).transform((data) => ({ data })),
  z.object({ data: z.array(Measure) }),
]);
export type GsmReport = z.infer<typeof GsmReport>;

export const BoardMeetings = z.array(
  z.object({ symbol: z.string(), purpose: z.string(), date: z.string(), bm_desc: Text }),
);
export type BoardMeetings = z.infer<typeof BoardMeetings>;

import { z } from 'zod';

export const Tickers = z.record(z.string(), z.object({ cik_str: z.int(), ticker: z.string() }));

/** Parallel columns, newest first. */
export const Submissions = z.object({
  filings: z.object({
    recent: z.object({
      accessionNumber: z.array(z.string()),
      acceptanceDateTime: z.array(z.string()),
      form: z.array(z.string()),
      primaryDocument: z.array(z.string()),
    }),
  }),
});
export type Submissions = z.infer<typeof Submissions>;

const list = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema),
  );
const Value = z.looseObject({ value: z.string().optional() }).optional();

export const Ownership = z.object({
  ownershipDocument: z.looseObject({
    issuer: z.looseObject({ issuerTradingSymbol: z.string() }),
    reportingOwner: list(
      z.looseObject({
        reportingOwnerId: z.looseObject({ rptOwnerName: z.string() }),
        reportingOwnerRelationship: z
          .looseObject({
            isDirector: z.string().optional(),
            isOfficer: z.string().optional(),
            isTenPercentOwner: z.string().optional(),
            officerTitle: z.string().optional(),
          })
          .optional(),
      }),
    ),
    nonDerivativeTable: z
      .union([
        z.literal(''),
        z.looseObject({
          nonDerivativeTransaction: list(
            z.looseObject({
              transactionDate: Value,
              transactionCoding: z.looseObject({ transactionCode: z.string() }),
              transactionAmounts: z.looseObject({ transactionShares: Value, transactionPricePerShare: Value }),
            }),
          ),
        }),
      ])
      .optional(),
  }),
});
export type Ownership = z.infer<typeof Ownership>;

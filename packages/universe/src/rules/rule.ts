import { z } from 'zod';

const Column = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'expected the name of a column in lower case');
const Num = z.number();

/** A number, or another column of the same bar, times a factor. */
const Target = z.union([Num, z.strictObject({ column: Column, times: Num.default(1) })]);
export type Target = z.infer<typeof Target>;

const Comparison = z.strictObject({
  column: Column,
  is: z.enum(['above', 'below', 'at_least', 'at_most']),
  than: Target,
});
const Between = z.strictObject({ column: Column, between: z.tuple([Num, Num]) });
/** On the other side of the target (or on it) at the bar before, and beyond it now. */
const Crossing = z.strictObject({ column: Column, crosses: z.enum(['above', 'below']), of: Target });
/** Against the column's own value at the bar before. */
const Move = z.strictObject({ column: Column, moves: z.enum(['up', 'down']) });
/** A column of 0 and 1 (or of pattern values) that is above 0. */
const Flag = z.strictObject({ flag: Column });
const order = z.enum(['highest', 'lowest']);
/** Among the first of all symbols that have a value; ties go by symbol. */
const Rank = z.union([
  z.strictObject({ rank: Column, order, top: z.int().positive() }),
  z.strictObject({ rank: Column, order, percent: Num.positive().max(100) }),
]);

export type Leaf =
  | z.infer<typeof Comparison>
  | z.infer<typeof Between>
  | z.infer<typeof Crossing>
  | z.infer<typeof Move>
  | z.infer<typeof Flag>
  | z.infer<typeof Rank>;
export type Rule = Leaf | { all: Rule[] } | { any: Rule[] } | { not: Rule };

type RuleInput =
  | z.input<typeof Comparison>
  | z.input<typeof Crossing>
  | Exclude<Leaf, { than: Target } | { of: Target }>;
/** A rule as it is written: factors of 1 may be left out. */
export type WrittenRule = RuleInput | { all: WrittenRule[] } | { any: WrittenRule[] } | { not: WrittenRule };

/** A condition over the columns of one bar and the one before, of every symbol at once. */
export const Rule: z.ZodType<Rule, WrittenRule> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(Rule).min(1) }),
    z.strictObject({ any: z.array(Rule).min(1) }),
    z.strictObject({ not: Rule }),
    Comparison,
    Between,
    Crossing,
    Move,
    Flag,
    Rank,
  ]),
);

/** Every column that a rule reads, in the order in which it first names them. */
export function columnsOfRule(rule: Rule): string[] {
  const found = new Set<string>();
  const visit = (one: Rule): void => {
    if ('all' in one) return one.all.forEach(visit);
    if ('any' in one) return one.any.forEach(visit);
    if ('not' in one) return visit(one.not);
    if ('flag' in one) return void found.add(one.flag);
    if ('rank' in one) return void found.add(one.rank);
    found.add(one.column);
    const target = 'than' in one ? one.than : 'of' in one ? one.of : undefined;
    if (typeof target === 'object') found.add(target.column);
  };
  visit(rule);
  return [...found];
}

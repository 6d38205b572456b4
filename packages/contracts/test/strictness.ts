import { expect, it } from 'vitest';
import { z } from 'zod';

/** The same value with a field that no schema knows in each of its objects, one at a time; `where` is the place. */
export function* withUnknownField(value: unknown, where = ''): Generator<{ where: string; value: unknown }> {
  if (Array.isArray(value)) {
    for (const [i, each] of value.entries())
      for (const inner of withUnknownField(each, `${where}[${i}]`))
        yield { where: inner.where, value: value.with(i, inner.value) };
  } else if (typeof value === 'object' && value !== null) {
    yield { where, value: { ...value, unknownField: 1 } };
    for (const [name, each] of Object.entries(value))
      for (const inner of withUnknownField(each, `${where}.${name}`))
        yield { where: inner.where, value: { ...value, [name]: inner.value } };
  }
}

/** Places in which any name is a field: records, whose values have their schema all the same. */
export interface Example {
  readonly value: unknown;
  readonly open?: readonly string[];
  /** Fields that are taken as another type and come out changed. */
  readonly parsed?: unknown;
}

/**
 * Every schema that a module exports has examples, which pass unchanged; in no place of them does a field pass that is not known, and no
 * field is left out. A schema that is added without an example fails.
 */
export function strictContracts(
  module: Readonly<Record<string, unknown>>,
  examples: Readonly<Record<string, Example | readonly Example[]>>,
): void {
  const schemas = Object.entries(module).filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType);
  const objects = schemas.filter(([, schema]) => !(schema instanceof z.ZodEnum || schema instanceof z.ZodString));

  it('each have an example', () => {
    expect(objects.length).toBeGreaterThan(2);
    expect(objects.map(([name]) => name).sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(objects)('%s takes its example, and a field that is not known in no place of it', (name, schema) => {
    for (const { value, open = [], parsed = value } of [examples[name]!].flat() as Example[]) {
      expect(schema.parse(value)).toEqual(parsed);
      let places = 0;
      for (const { where, value: wrong } of withUnknownField(value)) {
        if (open.includes(where)) continue;
        places++;
        expect(schema.safeParse(wrong).success, `${name}${where}`).toBe(false);
      }
      expect(places, name).toBeGreaterThan(0);
      if (schema instanceof z.ZodObject)
        for (const field of Object.keys(value as object)) {
          const { [field]: _left, ...rest } = value as Record<string, unknown>;
          // What may be missing says so in its schema.
          if (!schema.shape[field]!.safeParse(undefined).success)
            expect(schema.safeParse(rest).success, `${name} without ${field}`).toBe(false);
        }
    }
  });
}

import { expect, it } from 'vitest';
import { SOURCES, type SourceCapability } from './capability.ts';
import { orderOf, SourcePolicy, type OrderedKind } from './policy.ts';

const POLICY = SourcePolicy.parse({});
const KINDS: Readonly<Record<OrderedKind, string>> = {
  daily: 'daily_bars',
  intraday: 'intraday_bars',
  actions: 'actions',
};

/** Sources that could be asked for bars or actions of an exchange and stand in no order of it: nothing asks them. */
const forgotten = (sources: readonly SourceCapability[]): string[] =>
  sources.flatMap(({ name, kinds, exchanges }) =>
    (Object.keys(KINDS) as OrderedKind[])
      .filter((kind) => (kinds as readonly string[]).includes(KINDS[kind]))
      .flatMap((kind) =>
        exchanges
          .filter((exchange) => !orderOf(POLICY, kind, exchange).includes(name))
          .map((exchange) => `${name} ${kind} ${exchange}`),
      ),
  );

it('every source stands in the order of each kind and exchange that it has', () => {
  expect(forgotten(SOURCES)).toEqual([]);
});

it('one that stands in no order is found', () => {
  const fred = SOURCES.find(({ name }) => name === 'fred');
  expect(forgotten([{ ...fred!, kinds: ['daily_bars'], exchanges: ['US'] }])).toEqual(['fred daily US']);
});

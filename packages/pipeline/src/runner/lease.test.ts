import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { takeLease } from './lease.ts';

const LEASE_MS = 30_000;

describe('a lease', () => {
  it('is held by one owner; another is refused with the name of who has it', async () => {
    const ports = makeFixturePorts('host:1');
    await takeLease(ports.items, ports.clock, 'NSE#daily', ports.owner);
    await expect(takeLease(ports.items, ports.clock, 'NSE#daily', ports.as('host:2').owner)).rejects.toMatchObject({
      code: 'conflict',
      message: 'NSE#daily is already running (host:1); wait for it to end',
    });
    await takeLease(ports.items, ports.clock, 'NSE#hourly', ports.as('host:2').owner);
  });

  it('is taken over when it has expired and not one millisecond before; renewing keeps it', async () => {
    const ports = makeFixturePorts('host:1');
    const other = ports.as('host:2').owner;
    const held = await takeLease(ports.items, ports.clock, 'x', ports.owner);
    ports.clock.advance(LEASE_MS - 1);
    await expect(takeLease(ports.items, ports.clock, 'x', other)).rejects.toMatchObject({ code: 'conflict' });
    await held.renew();
    ports.clock.advance(LEASE_MS - 1);
    await expect(takeLease(ports.items, ports.clock, 'x', other)).rejects.toMatchObject({ code: 'conflict' });
    ports.clock.advance(1);
    await takeLease(ports.items, ports.clock, 'x', other);
    await expect(held.renew()).rejects.toMatchObject({ code: 'lease_lost' });
  });

  it('is taken over at once when the process of its owner is gone', async () => {
    const ports = makeFixturePorts('host:1');
    const held = await takeLease(ports.items, ports.clock, 'x', ports.owner);
    ports.gone.add('host:1');
    const next = await takeLease(ports.items, ports.clock, 'x', ports.as('host:2').owner);
    await expect(held.renew()).rejects.toMatchObject({ code: 'lease_lost' });
    // The loser's release does not free what is no longer its own.
    await held.release();
    await next.renew();
  });

  it('is free again after its release', async () => {
    const ports = makeFixturePorts('host:1');
    await (await takeLease(ports.items, ports.clock, 'x', ports.owner)).release();
    await takeLease(ports.items, ports.clock, 'x', ports.as('host:2').owner);
  });

  it('goes to exactly one of many who take it at once', async () => {
    const ports = makeFixturePorts();
    const tries = Array.from({ length: 8 }, (_, i) =>
      takeLease(ports.items, ports.clock, 'x', ports.as(`host:${i}`).owner),
    );
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toMatch(/x is already running/);
  });

  it('renewed twice at once by its own holder is not lost', async () => {
    const ports = makeFixturePorts();
    const held = await takeLease(ports.items, ports.clock, 'x', ports.owner);
    await Promise.all([held.renew(), held.renew(), held.renew()]);
    await held.renew();
  });
});

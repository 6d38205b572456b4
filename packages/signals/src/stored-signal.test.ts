import { describe, expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import { loadSessionSignals, loadSignal, saveNewSignals, signalItem } from './signal-store.ts';
import { publishedSignal } from '../test/fixture-signal.ts';

const published = publishedSignal();
const { sessionDate, exchange, id } = published.signal;

describe('a stored signal', () => {
  it('comes back as it was published, to the field', async () => {
    const items = makeSqliteItemTable(openStateFile(':memory:'), makeFrozenClock(1_772_000_000_000));
    await saveNewSignals(items, [published]);
    expect(await loadSignal(items, id)).toEqual(published);
  });

  it('of a plan that did not say what its levels stand on comes back as it is, with nothing made up', async () => {
    const items = makeSqliteItemTable(openStateFile(':memory:'), makeFrozenClock(1_772_000_000_000));
    const { stopBasis: _, targetBasis: __, ...plan } = published.signal.plan!;
    const older = { ...published, signal: { ...published.signal, plan } };
    await saveNewSignals(items, [older]);
    expect(await loadSessionSignals(items, exchange, sessionDate)).toEqual([older]);
  });

  it('that is not what it should be is refused by name, and never shown', async () => {
    const wrong = [
      { ...published, status: 'WON' },
      { ...published, signal: { ...published.signal, confidence: 'high' } },
      { ...published, signal: { ...published.signal, plan: { ...published.signal.plan!, stopMinor: 99.5 } } },
      { ...published, signal: { ...published.signal, added: 1 } },
    ];
    for (const body of wrong) {
      const items = makeSqliteItemTable(openStateFile(':memory:'), makeFrozenClock(1_772_000_000_000));
      await items.put({ ...signalItem(published), body });
      await expect(loadSignal(items, id), JSON.stringify(body)).rejects.toMatchObject({ code: 'corrupt' });
    }
  });
});

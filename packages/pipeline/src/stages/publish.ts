import { type Standing, compactDate, type EpochMs, type SessionDate } from '@aion/core';
import {
  appendToLedger,
  badgesOf,
  saveNewSignals,
  shapeLatest,
  supersedeEarlier,
  type MarketRegime,
  type PublishedRun,
  type PublishedSignal,
  type Signal,
} from '@aion/signals';
import type { RunSummary, Tier } from '@aion/contracts';
import { movePointer, type SnapshotKeys } from '../publication/latest-pointer.ts';
import type { Stage } from '../runner/stage.ts';

export interface Publication {
  readonly sessionDate: SessionDate;
  readonly revision: number;
  readonly runId: string;
  readonly snapshotId: string;
  readonly publishedAtMs: EpochMs;
  readonly standing: Standing;
}

const toPublished = (publication: Publication, signals: readonly Signal[]): PublishedSignal[] =>
  signals.map((signal) => ({
    signal,
    status: 'ACTIVE',
    publishedAtMs: publication.publishedAtMs,
    runId: publication.runId,
    revision: publication.revision,
    superseded: false,
  }));

export const persistStage: Stage<{ publication: Publication; signals: readonly Signal[] }, { stored: number }> = {
  name: 'persist',
  title: 'Store the signals',
  async run({ publication, signals }, { ports }) {
    // Not in the list yet: the last stage puts them there. A run that stops before it has published nothing.
    const stored = toPublished(publication, signals).map((entry) => ({ ...entry, superseded: true }));
    await saveNewSignals(ports.items, stored);
    return { output: { stored: signals.length }, figures: { stored: signals.length } };
  },
};

/** Shapes the list once per tier; what a tier may not see is not in its object. */
export const snapshotsStage: Stage<
  { publication: Publication; signals: readonly Signal[]; regime: MarketRegime; summary: RunSummary },
  SnapshotKeys
> = {
  name: 'snapshots',
  title: "Shape each tier's list",
  async run({ publication, signals, regime, summary }, { ports }) {
    const run: PublishedRun = {
      ...publication,
      exchange: ports.market.exchange,
      regime,
      summary,
      signals: toPublished(publication, signals),
      badges: badgesOf(publication.standing, ports.market.simulated),
    };
    const figures: Record<string, number> = {};
    const store = async (tier: Tier): Promise<string> => {
      const shaped = shapeLatest(run, tier);
      const prefix = `snap/${run.exchange}/${compactDate(publication.sessionDate)}/${publication.revision}/${tier}`;
      const ref = await ports.objects.put(prefix, new TextEncoder().encode(JSON.stringify(shaped)), '.json');
      figures[`${tier}Signals`] = shaped.signals.length;
      return ref.key;
    };
    const output: SnapshotKeys = { basic: await store('basic'), pro: await store('pro'), elite: await store('elite') };
    return { output, figures };
  },
};

export const ledgerStage: Stage<
  { publication: Publication; signals: readonly Signal[] },
  { headSeq: number; headHash: string; merkleRoot: string }
> = {
  name: 'ledger',
  title: 'Chain the signals into the track record',
  async run({ publication, signals }, { ports }) {
    const { sessionDate, revision, publishedAtMs } = publication;
    const root = await appendToLedger(
      ports.items,
      ports.ledgerSecret,
      ports.market.exchange,
      toPublished(publication, signals),
      { sessionDate, revision, publishedAtMs },
    );
    return {
      output: { headSeq: root.headSeq, headHash: root.headHash, merkleRoot: root.merkleRoot },
      figures: { entries: root.headSeq, root: root.merkleRoot.slice(0, 16) },
    };
  },
};

/** The commit point: after everything else is in place, readers are pointed at it. */
export const publishStage: Stage<
  {
    publication: Publication;
    turn: number;
    signals: readonly Signal[];
    snapshots: SnapshotKeys;
    charts: string;
  },
  { published: boolean }
> = {
  name: 'publish',
  title: 'Publish',
  async run({ publication, turn, signals, snapshots, charts }, { ports }) {
    const { exchange } = ports.market;
    const published = await movePointer(ports.items, exchange, {
      sessionDate: publication.sessionDate,
      revision: publication.revision,
      turn,
      runId: publication.runId,
      snapshotId: publication.snapshotId,
      publishedAtMs: publication.publishedAtMs,
      snapshots,
      charts,
    });
    // A session that is no longer the newest still has one current revision: the one that was claimed last.
    await supersedeEarlier(ports.items, exchange, publication.sessionDate, signals);
    return {
      output: { published },
      figures: { revision: publication.revision, latest: published ? 'yes' : 'no: a newer session is published' },
    };
  },
};

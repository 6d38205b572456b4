import { contentHash, type DataRecord, sealRecord, subjectOf } from './record.ts';

/**
 * Adds records to those of a shard and gives all in order of becoming known; of the same instant the one that was added later stands later.
 * What is stored stays as it is. A version that says what the newest one says is left out, and so is one that was fetched no later than it.
 *
 * A source that only has the newest state of a thing may change its words and keep its date (a corrected headline under the same time of
 * publication). So a version that differs from the stored one and claims to be known no later counts as known from its fetch on.
 */
export function mergeVersions(old: readonly DataRecord[], fresh: readonly DataRecord[]): DataRecord[] {
  const tracks = new Map<string, DataRecord[]>();
  for (const record of old) trackOf(tracks, record).push(record);
  const inOrder = joinTags(fresh).sort((a, b) => a.knownMs - b.knownMs);
  for (const record of inOrder) addVersion(trackOf(tracks, record), record);
  return [...tracks.values()].flat().sort((a, b) => a.knownMs - b.knownMs);
}

function trackOf(tracks: Map<string, DataRecord[]>, record: DataRecord): DataRecord[] {
  const key = `${isArchived(record) ? 'archived ' : ''}${subjectOf(record)}`;
  const track = tracks.get(key) ?? [];
  tracks.set(key, track);
  return track;
}

/** Vintages of an archive that keeps every version with the day of its release: their claims are the record of what was known. */
const isArchived = (record: DataRecord): boolean => record.kind === 'macro' && record.vintage === 'published';

function addVersion(track: DataRecord[], record: DataRecord): void {
  if (isArchived(record)) return addVintage(track, record);
  const newest = track.at(-1);
  if (newest === undefined) {
    track.push(record);
    return;
  }
  if (contentHash(newest) === contentHash(record)) return;
  if (record.knownMs > newest.knownMs) {
    track.push(record);
    return;
  }
  const { fetchedMs } = record.provenance;
  if (fetchedMs <= newest.provenance.fetchedMs) return;
  const sameWords = wordsOf(newest) === wordsOf(record);
  const symbols = sameWords ? unite(newest.symbols, record.symbols) : record.symbols;
  if (sameWords && symbols.length === newest.symbols.length) return;
  track.push(reseal({ ...record, symbols, knownMs: Math.max(fetchedMs, newest.knownMs) }));
}

function addVintage(track: DataRecord[], record: DataRecord): void {
  const at = track.findLastIndex(({ knownMs }) => knownMs <= record.knownMs);
  const before = track[at];
  if (before !== undefined && contentHash(before) === contentHash(record)) return;
  track.splice(at + 1, 0, record);
}

/** Symbols of news and posts may be those that were asked for: the same words under other symbols are one version. */
function joinTags(fresh: readonly DataRecord[]): DataRecord[] {
  const joined = new Map<string, DataRecord>();
  for (const record of fresh) {
    const key = `${subjectOf(record)} ${record.knownMs} ${wordsOf(record)}`;
    const first = joined.get(key);
    const symbols = first === undefined ? record.symbols : unite(first.symbols, record.symbols);
    if (first === undefined) joined.set(key, record);
    else if (symbols.length > first.symbols.length) joined.set(key, reseal({ ...first, symbols }));
  }
  return [...joined.values()];
}

const wordsOf = (record: DataRecord): string => contentHash({ ...record, symbols: [] });
const unite = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort();

function reseal(record: DataRecord): DataRecord {
  const { id: _, ...draft } = record;
  return sealRecord(draft);
}

import {
  type Standing,
  AppError,
  bodyOf,
  canonicalJson,
  changeItem,
  hashOf,
  queryAll,
  type ItemTable,
  type ObjectStore,
  type StoredForm,
} from '@aion/core';
import { INPUT_SCHEMA_HASH } from '@aion/features';
import { z } from 'zod';
import { BundleManifest, type Manifest } from './manifest.ts';
import { MODEL_NAMES, SIGNATURES, type ModelName } from './signatures.ts';

export type Mode = 'stub' | 'prod';
export type BundleAlias = 'champion' | 'challenger' | 'previous';

interface RegistryPorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
}

const ALIASES_KEY = { table: 'product', pk: 'MODELS#swing', sk: 'ALIASES' } as const;
const Aliases = z.strictObject({
  champion: z.string().optional(),
  challenger: z.string().optional(),
  previous: z.string().optional(),
});
type Aliases = z.infer<typeof Aliases>;
const ALIASES: StoredForm<Aliases> = { what: 'names of the bundles that serve', v: 1, schema: Aliases };
const BUNDLE: StoredForm<BundleManifest> = {
  what: 'bundle',
  v: 1,
  schema: BundleManifest,
  advice: 'register it anew under another version, and promote that',
};

/** A bundle whose manifest fits. Its graphs are read when they are asked for, each against its hash. */
export interface LoadedBundle {
  readonly manifest: BundleManifest;
  readonly hash: string;
  readonly standing: Standing;
  /** The bytes of a graph. Throws AppError(model_refused) when they are missing or damaged. */
  graph(name: ModelName): Promise<Uint8Array>;
}

/** Stores graph bytes and gives what its manifest says of the file. */
export async function storeGraph(objects: ObjectStore, name: ModelName, graph: Uint8Array): Promise<Manifest['file']> {
  const { key, sha256, bytes } = await objects.put(`models/${name}`, graph, '.onnx');
  return { key, sha256, bytes };
}

/** Registers a bundle under its version. The same bundle again changes nothing; another one under the same version is refused. */
export async function registerBundle(ports: RegistryPorts, bundle: BundleManifest): Promise<void> {
  const parsed = BundleManifest.parse(bundle);
  for (const { name, file } of Object.values(parsed.models)) {
    // Bytes are checked against the hash in their key: a manifest that names another one vouches for nothing.
    if (!file.key.includes(file.sha256))
      throw new AppError('model_refused', `${name}: its file ${file.key} does not carry the hash ${file.sha256}`);
  }
  const key = bundleKey(parsed.version);
  const found = await ports.items.get(key);
  if (found !== undefined) {
    if (canonicalJson(bodyOf(found, BUNDLE)) === canonicalJson(parsed)) return;
    throw new AppError(
      'conflict',
      `bundle ${parsed.version} is registered with other contents; versions are immutable: choose a new one`,
    );
  }
  await ports.items.put({ ...key, v: BUNDLE.v, body: parsed }, { kind: 'absent' });
}

/**
 * Moves the champion to `version`; the one before becomes previous. One conditional write: readers see the old or the new. Throws
 * AppError(conflict) where another was promoted at the same time: it was decided over the one before.
 */
export async function promoteBundle(ports: RegistryPorts, version: string): Promise<void> {
  if ((await ports.items.get(bundleKey(version))) === undefined) {
    throw new AppError('not_found', `bundle ${version} is not registered; register it before promoting it`);
  }
  let decidedOver: Aliases | undefined;
  await changeItem(
    ports.items,
    ALIASES_KEY,
    (found) => {
      const aliases = bodyOf(found, ALIASES) ?? {};
      const { champion } = aliases;
      if (champion === version) return { result: undefined };
      decidedOver ??= aliases;
      if (decidedOver.champion !== champion)
        throw new AppError(
          'conflict',
          `bundle ${champion} was promoted meanwhile; look whether it is to serve, and promote again if not`,
        );
      const body: Aliases = { champion: version, ...(champion !== undefined && { previous: champion }) };
      return { item: { v: ALIASES.v, body }, result: undefined };
    },
    { what: 'the bundle that serves', advice: 'look which one serves, and promote again' },
  );
}

const aliasesOf = async (items: ItemTable): Promise<Aliases> => bodyOf(await items.get(ALIASES_KEY), ALIASES) ?? {};

/** What the registry holds: every bundle with its version, and which of them the aliases name. */
export async function listBundles(
  items: ItemTable,
): Promise<{ aliases: Readonly<Partial<Record<BundleAlias, string | undefined>>>; versions: readonly string[] }> {
  const aliases = await aliasesOf(items);
  const found = await queryAll(items, { table: 'product', pk: ALIASES_KEY.pk, prefix: 'BUNDLE#' });
  return { aliases, versions: found.map((item) => item.sk.slice('BUNDLE#'.length)) };
}

/** Makes *previous* the champion again; the one that served becomes previous. Throws AppError(missing_data) when there is none. */
export async function rollBackBundle(ports: RegistryPorts): Promise<string> {
  const { aliases } = await listBundles(ports.items);
  if (aliases.previous === undefined)
    throw new AppError('missing_data', 'no bundle served before this one, so there is none to roll back to');
  await promoteBundle(ports, aliases.previous);
  return aliases.previous;
}

/**
 * Whether the champion is a stub that an older version of the program generated, for another input or with other signatures. Nobody can
 * retrain it, but this program can generate its own.
 */
export async function isStubOfBefore(items: ItemTable): Promise<boolean> {
  const { champion } = await aliasesOf(items);
  const found = champion === undefined ? undefined : await items.get(bundleKey(champion));
  if (found === undefined) return false;
  const models = Object.values(bodyOf(found, BUNDLE).models);
  return (
    models.every(({ standing }) => standing === 'stub') && models.some((model) => refusals(model, 'stub').length > 0)
  );
}

/**
 * Loads the bundle that serves: the champion, or the one that a run of several tasks was started on. Refuses (model_refused) what
 * does not fit, naming each artifact.
 * `prod` never serves a stub or a model fitted on simulated data and never falls back to anything.
 *
 * @example const bundle = await loadServingBundle({ items, objects }, 'stub');
 */
export async function loadServingBundle(ports: RegistryPorts, mode: Mode, pinned?: string): Promise<LoadedBundle> {
  const champion = pinned ?? (await aliasesOf(ports.items)).champion;
  if (champion === undefined) {
    throw new AppError(
      'model_refused',
      `MODE=${mode} needs a bundle of ${MODEL_NAMES.join(', ')}; the registry has none. Register one, or run with MODE=stub`,
    );
  }
  const item = await ports.items.get(bundleKey(champion));
  if (item === undefined)
    throw new AppError('model_refused', `bundle ${champion} is named champion but not registered`);
  const manifest = bodyOf(item, BUNDLE);
  const problems = MODEL_NAMES.flatMap((name) => refusals(manifest.models[name], mode));
  if (problems.length > 0) throw refused(mode, manifest, problems);
  const standings = new Set(MODEL_NAMES.map((name) => manifest.models[name].standing));
  const standing = standings.has('stub') ? 'stub' : standings.has('experimental') ? 'experimental' : 'champion';
  return {
    manifest,
    hash: hashOf(manifest),
    standing,
    async graph(name) {
      const problem = await graphOf(ports, manifest.models[name]);
      if (typeof problem === 'string') throw refused(mode, manifest, [problem]);
      return problem;
    },
  };
}

/**
 * Reads every graph of a bundle once, one after the other, and throws AppError(model_refused) that names each that cannot be used.
 *
 * @example await verifyBundle(ports, 'prod', await loadServingBundle(ports, 'prod'));
 */
export async function verifyBundle(ports: RegistryPorts, mode: Mode, { manifest }: LoadedBundle): Promise<void> {
  const problems: string[] = [];
  for (const name of MODEL_NAMES) {
    const graph = await graphOf(ports, manifest.models[name]);
    if (typeof graph === 'string') problems.push(graph);
  }
  if (problems.length > 0) throw refused(mode, manifest, problems);
}

/** The bytes of a graph, checked by their name, or what is wrong with it. */
async function graphOf(ports: RegistryPorts, model: Manifest): Promise<Uint8Array | string> {
  try {
    return await ports.objects.get(model.file.key);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    return `${model.name} ${model.version}: ${error.message}`;
  }
}

function refused(mode: Mode, manifest: BundleManifest, problems: readonly string[]): AppError {
  return new AppError('model_refused', `MODE=${mode} refuses bundle ${manifest.version}: ${problems.join('; ')}`, {
    context: { problems },
  });
}

function refusals(model: Manifest, mode: Mode): string[] {
  const problems: string[] = [];
  const name = `${model.name} ${model.version}`;
  if (model.inputSchemaHash !== INPUT_SCHEMA_HASH) {
    problems.push(
      `${name} was made for input schema ${model.inputSchemaHash.slice(0, 12)}, this code has ${INPUT_SCHEMA_HASH.slice(0, 12)}: retrain it`,
    );
  }
  if (canonicalJson(model.signature) !== canonicalJson(SIGNATURES[model.name]))
    problems.push(`${name} has another signature`);
  if (mode === 'prod' && model.backend === 'stub') problems.push(`${name} is a stub`);
  if (mode === 'prod' && model.simulated) problems.push(`${name} was fitted on simulated data`);
  return problems;
}

function bundleKey(version: string): { table: 'product'; pk: string; sk: string } {
  return { table: 'product', pk: 'MODELS#swing', sk: `BUNDLE#${version}` };
}

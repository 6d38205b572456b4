import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, canonicalJson, sha256Hex } from '@aion/core';
import { z } from 'zod';

/** Comes last into a backup: a folder without it is none. */
export const BACKUP_MANIFEST = 'backup.json';

const File = z.strictObject({
  path: z.string().refine(isOfBackup),
  bytes: z.int(),
  /** Of the file as it lies in the backup. */
  sha256: z.string(),
});
const Files = z
  .array(File)
  .refine((files) => files.some(({ path }) => path === 'state.db'), 'the state file is not among them')
  .refine((files) => areApart(files.map(({ path }) => path)), 'a file is there twice, or is the folder of another');
const Unsigned = z.strictObject({ v: z.literal(1), createdAt: z.string(), files: Files });
const Signed = z.strictObject({
  v: z.literal(2),
  createdAt: z.string(),
  homeId: z.string(),
  /** Salt of the key that the files are encrypted with; null: they lie in the clear. */
  salt: z.string().nullable(),
  files: Files,
  /** Tells which operator key the signature is of, without telling the key. */
  keyId: z.string(),
  mac: z.string(),
});
const Manifest = z.discriminatedUnion('v', [Unsigned, Signed]);
export type BackupManifest = z.infer<typeof Manifest>;
export type BackupFile = z.infer<typeof File>;

export function readManifest(folder: string): BackupManifest {
  const path = join(folder, BACKUP_MANIFEST);
  if (!existsSync(path)) throw new AppError('bad_input', `${folder} is no whole backup: it has no ${BACKUP_MANIFEST}`);
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new AppError('corrupt', `${path} does not have its shape; use another backup`, { cause });
  }
}

/** What a backup holds of a home, and nothing outside it: an operator may have put a file of any name beside the secrets. */
function isOfBackup(path: string): boolean {
  const [first, ...rest] = path.split('/');
  if (rest.length === 0) return first === 'state.db' || first === 'config.json';
  return (first === 'objects' || first === 'secrets') && rest.every((name) => /^[^.\\\0:][^\\\0:]*$/.test(name));
}

/** Whether each of them can be a file beside the others. */
function areApart(paths: readonly string[]): boolean {
  const all = new Set(paths);
  const folders = new Set(paths.flatMap((path) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index))));
  return all.size === paths.length && paths.every((path) => !folders.has(path));
}

/** Signs the list of files with the operator's key: whoever writes to the backup's folder alone cannot forge one. */
export function signManifest(
  manifest: Omit<z.infer<typeof Signed>, 'keyId' | 'mac'>,
  key: Buffer,
): z.infer<typeof Signed> {
  const signed = { ...manifest, keyId: keyIdOf(key) };
  return { ...signed, mac: macOf(signed, key) };
}

export type Signature = 'sound' | 'none' | 'other-key' | 'forged';

export function checkSignature(manifest: BackupManifest, key: Buffer | undefined): Signature {
  if (manifest.v === 1) return 'none';
  if (key === undefined || manifest.keyId !== keyIdOf(key)) return 'other-key';
  const { mac, ...signed } = manifest;
  const [found, expected] = [Buffer.from(mac, 'hex'), Buffer.from(macOf(signed, key), 'hex')];
  return found.length === expected.length && timingSafeEqual(found, expected) ? 'sound' : 'forged';
}

/** The key of one use, so that what signs never encrypts. */
export const keyFor = (key: Buffer, use: 'sign' | 'encrypt', salt = ''): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.from(salt, 'hex'), `aion backup ${use}`, 32));

const keyIdOf = (key: Buffer): string => sha256Hex(`aion backup key ${key.toString('hex')}`).slice(0, 16);
const macOf = (signed: object, key: Buffer): string =>
  createHmac('sha256', keyFor(key, 'sign')).update(canonicalJson(signed)).digest('hex');

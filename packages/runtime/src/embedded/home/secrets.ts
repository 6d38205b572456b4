import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWholeFile } from '@aion/adapters/plumbing/durable-file';
import { AppError } from '@aion/core';
import { makeSigningKey } from '@aion/adapters/gotrue/tokens';
import { z } from 'zod';

/** Secrets of one home: made once, readable by the owner only, never printed. */
export interface Secrets {
  readonly ledgerSecret: string;
  readonly signingKey: ReturnType<typeof makeSigningKey>;
}

/** A secret in a file of its own. */
export interface SecretFile<T> {
  readonly make: () => string;
  /** Undefined for a text that is no such secret. */
  readonly parse: (text: string) => T | undefined;
  /** What to do with a file that holds none. */
  readonly remedy: string;
}

const Coordinate = z.string().regex(/^[\w-]{43}$/);
const SigningKey = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: Coordinate,
  y: Coordinate,
  d: Coordinate,
  kid: z.string().min(1),
});

const LEDGER: SecretFile<string> = {
  make: () => randomBytes(32).toString('hex'),
  parse: (text) => (/^[0-9a-f]{64}$/.test(text) ? text : undefined),
  remedy: 'put your copy back (64 hex digits, no end of line) or restore a backup',
};
const SIGNING_KEY: SecretFile<Secrets['signingKey']> = {
  make: () => JSON.stringify(makeSigningKey()),
  parse: (text) => parseJson(SigningKey, text),
  remedy: 'remove it while the product is stopped: a new one is made and everyone signs in again',
};

export interface SecretsOptions {
  /** For a home that is being made: also the secret that is made once only. */
  readonly make?: boolean;
  /** Runs before a signing key is made where none is: what the last one let in must end with it. */
  readonly beforeNewKey?: () => void;
}

/**
 * The secrets of a home. The ledger secret is made with the home and never again: another one would leave the record of before
 * without its key. Throws AppError(corrupt) where it is gone, and for a file that does not hold its secret.
 */
export function loadSecrets(home: string, { make = false, beforeNewKey }: SecretsOptions = {}): Secrets {
  const folder = join(home, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [ledger, signingKey] = [join(folder, 'ledger'), join(folder, 'signing-key.json')];
  if (!make && !existsSync(ledger))
    throw new AppError(
      'corrupt',
      `${ledger} is missing: without it the track record cannot be checked or continued; put your copy back or restore a backup`,
    );
  if (!existsSync(signingKey)) beforeNewKey?.();
  return { ledgerSecret: keep(ledger, LEDGER), signingKey: keep(signingKey, SIGNING_KEY) };
}

/** The secret in a file; made first where it is missing. It appears whole, and of two processes that start at once one wins. */
export function keep<T>(path: string, { make, parse, remedy }: SecretFile<T>): T {
  if (!existsSync(path)) createWholeFile(path, make());
  chmodSync(path, 0o600);
  const secret = parse(readFileSync(path, 'utf8'));
  // What it holds is not said: it may be most of a secret.
  if (secret === undefined) throw new AppError('corrupt', `${path} does not hold its secret; ${remedy}`);
  return secret;
}

/** A text of JSON in its shape; undefined for any other. */
export function parseJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

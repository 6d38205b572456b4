import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@aion/core';
import { makeSigningKey } from '@aion/adapters/gotrue/tokens';

/** Secrets of one home: made once, readable by the owner only, never printed. */
export interface Secrets {
  readonly ledgerSecret: string;
  readonly signingKey: ReturnType<typeof makeSigningKey>;
}

/**
 * The secrets of a home. The ledger secret is made with the home and never again: another one would leave the record of before
 * without its key. Throws AppError(corrupt) where it is gone.
 */
export function loadSecrets(home: string, { make = false } = {}): Secrets {
  const folder = join(home, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ledger = join(folder, 'ledger');
  if (!make && !existsSync(ledger))
    throw new AppError(
      'corrupt',
      `${ledger} is missing: without it the track record cannot be checked or continued; put your copy back or restore a backup`,
    );
  return {
    ledgerSecret: keep(ledger, () => randomBytes(32).toString('hex')),
    signingKey: JSON.parse(
      keep(join(folder, 'signing-key.json'), () => JSON.stringify(makeSigningKey())),
    ) as Secrets['signingKey'],
  };
}

/** The file's text; made first where it is missing. Exclusive creation: of two processes that start at once one wins. */
export function keep(path: string, make: () => string): string {
  if (!existsSync(path)) {
    try {
      writeFileSync(path, make(), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  chmodSync(path, 0o600);
  return readFileSync(path, 'utf8');
}

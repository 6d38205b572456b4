import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSigningKey } from '@aion/adapters/gotrue/tokens';

/** Secrets of one home: made once, readable by the owner only, never printed. */
export interface Secrets {
  readonly ledgerSecret: string;
  readonly signingKey: ReturnType<typeof makeSigningKey>;
}

export function loadSecrets(home: string): Secrets {
  const folder = join(home, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ledgerSecret: keep(join(folder, 'ledger'), () => randomBytes(32).toString('hex')),
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

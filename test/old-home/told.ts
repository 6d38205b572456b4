import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../embedded-home.ts';
import { unpack } from './packed.ts';

const PACKED = new URL('./old-home.br', import.meta.url);

/** What the older program said of its home before it was packed, answer by answer as its command line printed them. */
export interface Told {
  readonly commit: string;
  readonly session: string;
  readonly admin: string;
  readonly daily: { readonly runId: string };
  readonly hourly: { readonly runId: string };
  readonly signals: { readonly signals: readonly OldSignal[] };
  readonly ledger: { readonly ok: true; readonly entries: number };
  readonly alerts: object;
  readonly user: object;
  readonly flags: object;
  readonly kill: object;
}

/** Its reasons are sentences: codes came later. */
interface OldSignal {
  readonly id: string;
  readonly readiness: { readonly reasons: readonly { readonly code: string; readonly title: string }[] } | null;
}

/** A home as an older program left it, in a folder of its own, with what that program said of it. */
export function oldHome(): { readonly home: string; readonly told: Told } {
  const folder = newFolder('old-home');
  unpack(readFileSync(PACKED), folder);
  // make-old-home.ts wrote it, and the test compares it field by field.
  const told = JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8')) as Told;
  return { home: join(folder, 'home'), told };
}

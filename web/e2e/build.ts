import { fileURLToPath } from 'node:url';
import { buildWeb } from '@aion/runtime';

export const WEB = fileURLToPath(new URL('..', import.meta.url));

/** Builds the site before the browser tests, by the product's own rule: only when its sources changed since the last build. */
export default async function ensureBuild(): Promise<void> {
  await buildWeb();
}

import { promoteBundle, registerBundle, storeStubBundle } from '@aion/forecast';
import type { Host } from '../host.ts';

/** In stub mode the generated stub bundle is registered where no other serves; prod is left to what was registered. */
export async function ensureModels(host: Host): Promise<void> {
  if (host.config.mode !== 'stub') return;
  const found = await host.items.get({ table: 'product', pk: 'MODELS#swing', sk: 'ALIASES' });
  if (found !== undefined) return;
  const bundle = await storeStubBundle(host.objects);
  await registerBundle(host, bundle);
  await promoteBundle(host, bundle.version);
}

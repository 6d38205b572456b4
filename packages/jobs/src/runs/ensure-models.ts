import { isStubOfBefore, promoteBundle, registerBundle, storeStubBundle } from '@aion/forecast';
import type { Host } from '../host.ts';

/**
 * In stub mode the generated stub bundle is registered where no other serves, and beside one that an older program generated and this one
 * cannot read; a trained bundle that does not fit stays refused. Prod is left to what was registered.
 */
export async function ensureModels(host: Host): Promise<void> {
  if (host.config.mode !== 'stub') return;
  const found = await host.items.get({ table: 'product', pk: 'MODELS#swing', sk: 'ALIASES' });
  if (found !== undefined && !(await isStubOfBefore(host.items))) return;
  const bundle = await storeStubBundle(host.objects, found !== undefined);
  await registerBundle(host, bundle);
  await promoteBundle(host, bundle.version);
}

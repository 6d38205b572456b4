import { relay } from '../../../../data/relay.ts';

export const dynamic = 'force-dynamic';
export { relay as DELETE, relay as GET, relay as OPTIONS, relay as PATCH, relay as POST, relay as PUT };

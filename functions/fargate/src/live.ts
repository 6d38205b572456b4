import { makeSupabaseVerifier } from '@aion/adapters/supabase/token-verifier';
import { cloudHost } from '@aion/runtime/cloud/functions';
import { serveLive } from '@aion/runtime/server/live-server';

const host = await cloudHost();
const verify = makeSupabaseVerifier(host.environment.AION_SUPABASE_URL, host.clock);
const live = await serveLive(host, verify, { host: '0.0.0.0', port: Number(process.env['PORT'] ?? 8080) });
host.telemetry.log('info', 'the live server listens', { port: live.port });
process.once('SIGTERM', () => void live.close().then(() => process.exit(0)));

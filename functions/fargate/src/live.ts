import { makeCloudSessions } from '@aion/runtime/cloud/cloud-sessions';
import { cloudHost } from '@aion/runtime/cloud/functions';
import { serveLive } from '@aion/runtime/serving/live-server';

const host = await cloudHost();
const live = await serveLive(host, makeCloudSessions(host), {
  host: '0.0.0.0',
  port: Number(process.env['PORT'] ?? 8080),
});
host.telemetry.log('info', 'the live server listens', { port: live.port });
process.once('SIGTERM', () => void live.close().then(() => process.exit(0)));

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { makeTelemetry } from './telemetry.ts';

it('redacts secrets by field name, at any of the first three levels', () => {
  const module = fileURLToPath(new URL('./telemetry.ts', import.meta.url));
  const secrets = ['hunter2', 'eyJtoken', 'Bearer abc'];
  const script = `
    const { makeTelemetry } = await import(${JSON.stringify(module)});
    const log = makeTelemetry({ level: 'info', destination: 'stdout' });
    log.log('info', 'signed in', { password: 'hunter2', user: { accessToken: 'eyJtoken', name: 'visible' }, a: { b: { authorization: 'Bearer abc' } } });`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain('visible');
  expect(stdout).toContain('[redacted]');
  for (const secret of secrets) expect(stdout).not.toContain(secret);
});

it('shows counters, gauges and durations as Prometheus text', async () => {
  const telemetry = makeTelemetry({ level: 'silent' });
  telemetry.count('orders', 2, { side: 'buy' });
  telemetry.gauge('queue_depth', 7);
  telemetry.duration('http', 1500, { status: '200' });
  const text = await telemetry.metricsText();
  expect(text).toContain('aion_orders_total{side="buy"} 2');
  expect(text).toContain('aion_queue_depth 7');
  expect(text).toContain('aion_http_seconds_sum{status="200"} 1.5');
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AppError, makeFrozenClock } from '@aion/core';
import { makeEmfTelemetry } from './emf-telemetry.ts';
import { SECRET_FIELDS } from './redaction.ts';

const clock = makeFrozenClock(1_700_000_000_000);

function open(fields: Record<string, unknown> = {}) {
  const lines: string[] = [];
  const telemetry = makeEmfTelemetry({ clock, fields, write: (line) => void lines.push(line) });
  return { telemetry, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

it('writes a metric as one line of the Embedded Metric Format, labels as dimensions', () => {
  const { telemetry, lines, last } = open();
  telemetry.count('orders', 2, { side: 'buy', broker: 'paper' });
  expect(last()).toEqual({
    side: 'buy',
    broker: 'paper',
    orders_total: 2,
    _aws: {
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        { Namespace: 'Aion', Dimensions: [['broker', 'side']], Metrics: [{ Name: 'orders_total', Unit: 'Count' }] },
      ],
    },
  });
  telemetry.gauge('depth', 7);
  expect(last()).toMatchObject({ depth: 7, _aws: { CloudWatchMetrics: [{ Dimensions: [[]] }] } });
  telemetry.duration('stage', 1500, { stage: 'ingest' });
  expect(last()).toMatchObject({
    stage_ms: 1500,
    _aws: { CloudWatchMetrics: [{ Metrics: [{ Unit: 'Milliseconds' }] }] },
  });
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
});

it('adds correlation fields to every line and to no dimension', () => {
  const { telemetry, last } = open({ traceId: 't' });
  const child = telemetry.withFields({ correlationId: 'run-1' });
  child.log('info', 'hello', { level: 'forged', message: 'forged', n: 1 });
  expect(last()).toEqual({
    traceId: 't',
    correlationId: 'run-1',
    n: 1,
    level: 'info',
    time: 1_700_000_000_000,
    message: 'hello',
  });
  child.count('x');
  expect(last()).toMatchObject({
    correlationId: 'run-1',
    traceId: 't',
    _aws: { CloudWatchMetrics: [{ Dimensions: [[]] }] },
  });
  telemetry.log('info', 'after');
  expect(last()).not.toHaveProperty('correlationId');
});

it('tells deployments apart in every metric and line, whatever labels, fields and correlation say', () => {
  const lines: string[] = [];
  const telemetry = makeEmfTelemetry({
    clock,
    dimensions: { deployment: 'dev' },
    fields: { deployment: 'forged' },
    write: (line) => void lines.push(line),
  }).withFields({ deployment: 'forged', correlationId: 'run-1' });
  telemetry.duration('stage', 5, { stage: 'ingest' });
  telemetry.gauge('depth', 1, { deployment: 'forged' });
  telemetry.count('many', 1, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i}`, 'x'])));
  telemetry.log('info', 'hello', { deployment: 'forged' });
  const read = lines.map(
    (line) => JSON.parse(line) as { deployment: string; _aws?: { CloudWatchMetrics: { Dimensions: [string[]] }[] } },
  );
  expect(read.map(({ deployment }) => deployment)).toEqual(['dev', 'dev', 'dev', 'dev']);
  expect(read[0]).toMatchObject({ stage: 'ingest', correlationId: 'run-1' });
  const dimensions = read.flatMap(({ _aws }) => _aws?.CloudWatchMetrics.flatMap((one) => one.Dimensions) ?? []);
  expect(dimensions[0]).toEqual(['deployment', 'stage']);
  expect(dimensions[1]).toEqual(['deployment']);
  expect(dimensions[2]).toHaveLength(30);
  expect(dimensions[2]).toContain('deployment');
});

it('keeps quiet below its level', () => {
  const { telemetry, lines } = open();
  telemetry.log('debug', 'noise');
  expect(lines).toEqual([]);
});

it('lets no secret out: any listed name, any case, three levels down, in arrays, maps, causes and an error’s context', () => {
  for (const name of SECRET_FIELDS) {
    for (const field of [name, name.toUpperCase()]) {
      const { telemetry, lines } = open({ [field]: 'S3CRET' });
      const plant = { [field]: 'S3CRET', visible: 'yes' };
      const error = new AppError('unavailable', 'refused', {
        context: { ...plant, deep: { deeper: plant } },
        cause: Object.assign(new Error('below'), plant),
      });
      telemetry.log('error', 'failed', {
        ...plant,
        a: { ...plant, b: { ...plant, c: plant } },
        list: [plant, [plant]],
        map: new Map([['k', plant]]),
        object: { [field]: { nested: 'S3CRET' } },
        error,
      });
      telemetry.withFields(plant).count('x', 1, { [field]: 'S3CRET' });
      expect(lines.join(''), field).not.toContain('S3CRET');
      expect(lines[0]).toContain('yes');
      expect(lines[0]).toContain('"code":"unavailable"');
    }
  }
});

it('logs what JSON cannot hold without failing', () => {
  const { telemetry, last } = open();
  const loop: Record<string, unknown> = { big: 10n, bytes: new Uint8Array(3), when: new Date(0) };
  loop['self'] = loop;
  telemetry.log('info', 'odd', { loop });
  expect(last()['loop']).toEqual({
    big: '10',
    bytes: '[3 bytes]',
    when: '1970-01-01T00:00:00.000Z',
    self: '[circular]',
  });
});

it('redacts the same names as the embedded telemetry', () => {
  const source = readFileSync(new URL('../telemetry/telemetry.ts', import.meta.url), 'utf8');
  const list = /SECRET_FIELDS = \[([^\]]*)\]/.exec(source)?.[1] ?? '';
  expect([...list.matchAll(/'(\w+)'/g)].map((match) => match[1])).toEqual([...SECRET_FIELDS]);
});

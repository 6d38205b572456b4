import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { makeFrozenClock } from '@aion/core';
import type { Tick } from '@aion/market/sources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { makeAlpacaStream } from '../src/market-data/alpaca/stream.ts';
import { makeKiteTicker } from '../src/market-data/kite/ticker.ts';
import { type Packed, pack } from './msgpack.ts';

const NOW = Date.parse('2026-02-26T04:00:01Z');
const clock = makeFrozenClock(NOW);
let server: WebSocketServer;
let url: string;
let accept: (socket: WebSocket, path: string) => void;

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket, request) => accept(socket, request.url ?? ''));
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

const collect = (count: number): { ticks: Tick[]; add: (tick: Tick) => void; full: Promise<void> } => {
  const ticks: Tick[] = [];
  let done: () => void = () => undefined;
  const full = new Promise<void>((resolve) => (done = resolve));
  return { ticks, full, add: (tick) => void (ticks.push(tick) === count && done()) };
};

/** A full quote of a share: 184 bytes, prices in paise. */
function kitePacket(token: number, paise: number, volume: number, seconds: number): Buffer {
  const packet = Buffer.alloc(184);
  packet.writeUInt32BE(token, 0);
  packet.writeUInt32BE(paise, 4);
  packet.writeUInt32BE(volume, 16);
  packet.writeUInt32BE(paise, 40);
  packet.writeUInt32BE(seconds, 60);
  return packet;
}
function kiteMessage(packets: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(packets.length, 0);
  const sized = packets.flatMap((packet) => {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(packet.length, 0);
    return [size, packet];
  });
  return Buffer.concat([head, ...sized]);
}

describe('the Kite ticker, through the vendor’s client', () => {
  const ticker = (over = {}) =>
    makeKiteTicker({
      apiKey: 'APIKEY12',
      accessToken: 'TOKENTOKEN',
      clock,
      tokens: async () => new Map([['TCS', 2953217]]),
      root: url,
      connectMs: 2000,
      ...over,
    });

  it('subscribes in full mode and turns binary packets into ticks', async () => {
    const messages: unknown[] = [];
    accept = (socket, path) => {
      expect(path).toContain('api_key=APIKEY12');
      socket.on('message', (data) => {
        messages.push(JSON.parse(String(data)));
        if (messages.length < 2) return;
        socket.send(Buffer.from([0]));
        const seconds = NOW / 1000;
        socket.send(
          kiteMessage([kitePacket(2953217, 350_055, 4200, seconds - 1), kitePacket(999 << 8, 1, 1, seconds)]),
        );
      });
    };
    const { ticks, add, full } = collect(1);
    const stream = await ticker().stream(['TCS'], add);
    await full;
    expect(messages).toEqual([
      { a: 'subscribe', v: [2953217] },
      { a: 'mode', v: ['full', [2953217]] },
    ]);
    expect(ticks).toEqual([
      { symbol: 'TCS', eventMs: NOW - 1000, knownMs: NOW, price: 3500.55, volumeShares: 4200, cumulative: true },
    ]);
    await expect(ticker().stream(['TCS'], add)).rejects.toMatchObject({ code: 'conflict' });
    await stream.close();
    expect(await stream.closed).toBe('closed by us');
  });

  it('says that the stream has ended, without the token and without ending the process', async () => {
    accept = (socket) => void socket.on('message', () => socket.close());
    const stream = await ticker().stream(['TCS'], () => undefined);
    expect(await stream.closed).not.toContain('TOKENTOKEN');
  });

  it('names a refusal and frees the process for another try', async () => {
    accept = (socket) => socket.terminate();
    server.close();
    for (const socket of server.clients) socket.terminate();
    await expect(ticker().stream(['TCS'], () => undefined)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(ticker().stream(['NOSUCH'], () => undefined)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the Alpaca stream, through the vendor’s client', () => {
  const stream = () => makeAlpacaStream({ keyId: 'KEYID', secret: 'SECRETSECRET', clock, url, connectMs: 2000 });

  it('signs in, subscribes and turns trades into ticks', async () => {
    const frames: number[] = [];
    accept = (socket) => {
      const send = (value: Packed): void => socket.send(pack([value]));
      send({ T: 'success', msg: 'connected' });
      socket.on('message', () => {
        frames.push(1);
        if (frames.length === 1) send({ T: 'success', msg: 'authenticated' });
        else {
          send({ T: 'subscription', trades: ['IBM'] });
          send({ T: 't', S: 'IBM', i: 1, x: 'V', p: 100.25, s: 30, t: new Date(NOW - 250), c: ['@'], z: 'A' });
        }
      });
    };
    const { ticks, add, full } = collect(1);
    const running = await stream().stream(['IBM'], add);
    await full;
    expect(ticks).toEqual([
      { symbol: 'IBM', eventMs: NOW - 250, knownMs: NOW, price: 100.25, volumeShares: 30, cumulative: false },
    ]);
    await running.close();
    expect(await running.closed).toBe('closed by us');
  });

  it('names refused keys and shows none', async () => {
    accept = (socket) => {
      socket.send(pack([{ T: 'success', msg: 'connected' }]));
      socket.on('message', () => socket.send(pack([{ T: 'error', code: 402, msg: 'auth failed' }])));
    };
    const error: unknown = await stream()
      .stream(['IBM'], () => undefined)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error)).toMatch(/auth failed/);
    expect(String(error)).not.toContain('SECRETSECRET');
  });
});

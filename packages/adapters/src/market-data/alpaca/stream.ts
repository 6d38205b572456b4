import { AppError, type Clock } from '@aion/core';
import type { TickSource } from '@aion/market/sources';
import { makeScrubber } from '../../plumbing/scrubber.ts';
import { toTick } from './map.ts';

export interface AlpacaStreamOptions {
  readonly keyId: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly feed?: 'iex' | 'sip';
  readonly url?: string;
  readonly connectMs?: number;
}

/** Alpaca's trades through the vendor's client, which speaks msgpack and reconnects by itself. */
export function makeAlpacaStream(options: AlpacaStreamOptions): TickSource {
  const { clock, connectMs = 10_000 } = options;
  const scrub = makeScrubber([options.keyId, options.secret]);
  return {
    name: 'alpaca',
    async stream(symbols, onTick) {
      const { streaming } = await import('@alpacahq/alpaca-trade-api');
      const stream = new streaming.StockDataStream({
        credentials: { keyId: options.keyId, secret: options.secret },
        feed: options.feed ?? 'iex',
        ...(options.url === undefined ? {} : { url: options.url }),
      });
      let lastError = 'the connection was closed';
      let end: (reason: string) => void = () => undefined;
      const closed = new Promise<string>((resolve) => (end = (reason) => resolve(scrub(reason))));
      stream.onError((error) => void (lastError = error));
      stream.onTrade((trade) => {
        const tick = toTick(trade, clock.nowMs());
        if (tick !== undefined) onTick(tick);
      });
      stream.onStateChange((state) => {
        if (state === streaming.STATE.DISCONNECTED) end(lastError);
      });
      // Sent once signed in, and again after each reconnection.
      stream.subscribeForTrades([...symbols]);
      stream.connect();
      if (await stream.waitForAuthentication(connectMs)) {
        return {
          closed,
          async close() {
            end('closed by us');
            stream.disconnect();
          },
        };
      }
      stream.disconnect();
      throw new AppError(
        'unavailable',
        `alpaca: the stream did not open (${scrub(lastError)}); check the keys and the feed`,
        {
          retryable: true,
        },
      );
    },
  };
}

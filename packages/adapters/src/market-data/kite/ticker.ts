import { AppError, type Clock } from '@aion/core';
import type { Tick, TickSource } from '@aion/market/sources';
import type { Ticker } from 'kiteconnect';
import { makeScrubber } from '../../plumbing/scrubber.ts';
import type { KiteKeys } from './client.ts';

export interface KiteTickerOptions extends KiteKeys {
  readonly clock: Clock;
  readonly tokens: (signal?: AbortSignal) => Promise<ReadonlyMap<string, number>>;
  readonly root?: string;
  readonly connectMs?: number;
}

interface RawTick {
  readonly instrument_token: number;
  readonly last_price: number;
  readonly volume_traded?: number;
  readonly exchange_timestamp?: Date | null;
}

// The vendor's client keeps its socket and its listeners in its module, so a process can hold one connection.
let taken = false;

/** Zerodha's ticker. Reconnecting is the caller's: the vendor's own ends the whole process when it gives up. */
export function makeKiteTicker(options: KiteTickerOptions): TickSource {
  const { clock, connectMs = 10_000 } = options;
  const scrub = makeScrubber([options.apiKey, options.accessToken]);
  return {
    name: 'kite',
    async stream(symbols, onTick) {
      if (taken) throw new AppError('conflict', 'kite: this process holds a ticker already; close it first');
      const known = await options.tokens();
      const missing = symbols.filter((symbol) => !known.has(symbol));
      if (missing.length > 0) {
        throw new AppError('not_found', `kite knows no NSE share ${missing.join(', ')}; check the symbols`);
      }
      const symbolOf = new Map(symbols.map((symbol) => [known.get(symbol)!, symbol]));
      const tokens = [...symbolOf.keys()];
      const { KiteTicker } = await import('kiteconnect');
      const ticker: Ticker = new KiteTicker({
        api_key: options.apiKey,
        access_token: options.accessToken,
        reconnect: false,
        ...(options.root === undefined ? {} : { root: options.root }),
      } as ConstructorParameters<typeof KiteTicker>[0]);
      taken = true;
      let live = true;
      let end: (reason: string) => void = () => undefined;
      const closed = new Promise<string>((resolve) => {
        end = (reason) => {
          live = false;
          resolve(scrub(reason));
        };
      });
      let free: () => void = () => undefined;
      const freed = new Promise<void>((resolve) => (free = resolve));
      let freedOnce = false;
      let lastError = 'the connection was closed';
      ticker.on('error', (error: { message?: string }) => void (lastError = error.message ?? lastError));
      // Its "disconnect" is not told of a process's second connection; "close" always is. Only then may another begin: it would hear this.
      ticker.on('close', () => {
        if (freedOnce) return;
        freedOnce = true;
        taken = false;
        end(lastError);
        free();
      });
      ticker.on('ticks', (ticks: RawTick[]) => {
        if (!live) return;
        for (const raw of ticks) {
          const tick = toTick(raw, symbolOf, clock.nowMs());
          if (tick !== undefined) onTick(tick);
        }
      });
      const connected = new Promise<void>((resolve) => void ticker.on('connect', () => resolve()));
      ticker.connect();
      const timeOut = AbortSignal.timeout(connectMs);
      const tooLate = new Promise<string>((resolve) =>
        timeOut.addEventListener('abort', () => resolve(`no connection within ${connectMs} ms`), { once: true }),
      );
      const failed = await Promise.race([connected.then(() => undefined), closed, tooLate]);
      if (failed !== undefined) {
        ticker.disconnect();
        end(failed);
        await freed;
        throw new AppError(
          'unavailable',
          `kite: the ticker did not connect (${scrub(failed)}); check the access token, it ends each morning`,
          {
            retryable: true,
          },
        );
      }
      ticker.subscribe(tokens);
      ticker.setMode('full', tokens);
      return {
        closed,
        async close() {
          end('closed by us');
          ticker.disconnect();
          await freed;
        },
      };
    },
  };
}

/** Undefined for an instrument that was not asked for, and for a tick without the exchange's own time. */
export function toTick(raw: RawTick, symbolOf: ReadonlyMap<number, string>, nowMs: number): Tick | undefined {
  const symbol = symbolOf.get(raw.instrument_token);
  const eventMs = raw.exchange_timestamp?.getTime();
  if (symbol === undefined || eventMs === undefined || !(raw.last_price > 0)) return undefined;
  return {
    symbol,
    eventMs,
    // A clock that stands behind the exchange's must not make a tick known before it happened.
    knownMs: Math.max(nowMs, eventMs),
    price: raw.last_price,
    volumeShares: raw.volume_traded ?? 0,
    cumulative: true,
  };
}

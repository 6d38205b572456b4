import { errorMessage, type SessionDate } from '@aion/core';
import type { Unpack } from '@aion/market';
import type { IndexBars, MarketFileSource } from '@aion/market/sources';
import { faultOf, sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { bhavcopyPlaces, firstRowDate } from './bhavcopy-name.ts';
import { indexPlace, parseIndexFile } from './index-file.ts';
import { makeNseSession } from './session.ts';

export interface NseArchivesOptions {
  readonly unpack: Unpack;
  readonly homeUrl?: string;
  readonly archiveUrl?: string;
}

const MIB = 1024 * 1024;
const CAPS = { packedBytes: 16 * MIB, unpackedBytes: 64 * MIB, ratio: 100, entries: 4 };

/**
 * Downloads the exchange's bhavcopies. A day for which there is none (yet) is an answer of its own; a file that is no archive, or that holds another
 * day's rows, is a fault of the source.
 */
export function makeNseArchives(http: SourceHttp, options: NseArchivesOptions): MarketFileSource {
  const { unpack, homeUrl = 'https://www.nseindia.com', archiveUrl = 'https://nsearchives.nseindia.com' } = options;
  const session = makeNseSession(http, homeUrl);
  return {
    name: http.source,
    exchange: 'NSE',
    async sessionFile(date, outer) {
      const signal = http.operation(outer);
      const places = bhavcopyPlaces(date);
      for (const { name, path } of places) {
        try {
          const request = { url: `${archiveUrl}${path}`, accept: 'binary', signal } as const;
          const { bytes, provenance } = await session.body(request, (answer) => requireZip(name, answer.bytes));
          await requireDate(name, bytes, date);
          return { kind: 'published', name, bytes, provenance };
        } catch (error) {
          if (faultOf(error) !== 'missing') throw error;
        }
      }
      return { kind: 'not_published', tried: places.map(({ path }) => path) };
    },
    async indexBars(date, outer) {
      const signal = http.operation(outer);
      try {
        const url = `${archiveUrl}${indexPlace(date)}`;
        const answer = await session.body({ url, accept: 'csv', signal }, (given) =>
          requireIndices(given.text(), date),
        );
        return requireIndices(answer.text(), date);
      } catch (error) {
        if (faultOf(error) !== 'missing') throw error;
        return null;
      }
    },
  };

  function requireIndices(text: string, date: SessionDate): IndexBars {
    const found = parseIndexFile(text, date);
    if (found !== undefined) return found;
    const message = `expected the indices of ${date}, found another file; the exchange may have changed it`;
    throw sourceFault('shape', http.source, message);
  }

  function requireZip(name: string, bytes: Uint8Array): void {
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return;
    const message = `${name}: expected a zip archive, found something else; open the address in a browser`;
    throw sourceFault('wrong_type', http.source, message);
  }

  async function requireDate(name: string, bytes: Uint8Array, date: string): Promise<void> {
    let found: string | undefined;
    try {
      const [entry] = await unpack(name, bytes, CAPS);
      found = entry === undefined ? undefined : firstRowDate(new TextDecoder().decode(entry.bytes.subarray(0, 4096)));
    } catch (error) {
      throw sourceFault('broken_body', http.source, `${name} cannot be unpacked (${errorMessage(error)}); ask again`, {
        cause: error,
      });
    }
    if (found !== date) {
      const what = found === undefined ? 'no row with a date' : `rows of ${found}`;
      throw sourceFault(
        'shape',
        http.source,
        `${name}: expected rows of ${date}, found ${what}; nothing of it is used`,
      );
    }
  }
}

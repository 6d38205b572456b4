import { createRoute, z } from '@hono/zod-openapi';
import { effectiveTier } from '@aion/accounts';
import { ScanList, ScanPage, ScanQuery, SessionDay, Tier } from '@aion/contracts';
import { AppError } from '@aion/core';
import { explainSymbol, type ScanPointer } from '@aion/pipeline';
import { shapeScanList, shapeScanPage, shapeScanRows } from '@aion/signals';
import type { ApiDeps } from '../deps.ts';
import { decodeListCursor, encodeListCursor } from '../list-cursor.ts';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { makeScanBooks } from '../scan-books.ts';
import { scanCsv } from '@aion/signals';
import { sendCsv } from '../csv-answer.ts';
import { makeTagged, sendTagged } from '../tagged-answer.ts';

const ScanId = z.object({ id: z.string().max(64) });
const OTHER_SCANS = 'the cursor is of other scans, or the session was scanned anew';
const unchanged = { 304: { description: 'Unchanged' } } as const;

/** What the scans of a session found, as the caller's tier may see it. */
export function addScannerRoutes(app: Api, deps: ApiDeps): void {
  const books = makeScanBooks(deps);
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/scans',
      tags: ['scanner'],
      summary: 'Scans and presets with what they found in the newest session, or in that of `date`',
      request: {
        query: z.object({
          date: SessionDay.optional(),
          tier: Tier.optional().openapi({ description: 'May only lower what the caller sees' }),
        }),
      },
      responses: { 200: jsonOf(ScanList, 'The list'), ...unchanged, ...problems },
    }),
    async (c) => {
      const { date, tier } = c.req.valid('query');
      const { session } = await books.session(date);
      const sessions = (await books.sessions()).map(({ sessionDate }) => sessionDate);
      const { tier: own, capabilities } = c.get('caller');
      const list = shapeScanList(session, sessions, effectiveTier(own, tier), capabilities.admin);
      return sendTagged(c, makeTagged(list));
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/scans/{id}',
      tags: ['scanner'],
      summary: 'The rows of one scan or preset with their reasons',
      request: { params: ScanId, query: ScanQuery },
      responses: { 200: jsonOf(ScanPage, 'A page of rows'), ...unchanged, ...problems },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { date, cursor, limit, symbol, sector, tier: asked } = c.req.valid('query');
      const tier = effectiveTier(c.get('caller').tier, asked);
      const { session, pointer } = await books.session(date);
      const shaped = requireScan(shapeScanRows(session, id, tier, { symbol, sector }), id);
      // Only tiers that see every row are told of a symbol why it is in none.
      const explained =
        symbol === undefined || tier === 'basic'
          ? undefined
          : explainSymbol(await books.screen(pointer, session), id, symbol);
      const start = cursor === undefined ? 0 : decodeListCursor(cursor, bookOf(pointer), OTHER_SCANS);
      const page = shapeScanPage(
        session,
        tier,
        shaped,
        { start, limit, cursorOf: (place) => encodeListCursor(bookOf(pointer), place) },
        explained && { ...explained, symbol: symbol! },
      );
      return sendTagged(c, makeTagged(page));
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/scans/{id}/export.csv',
      tags: ['scanner'],
      summary: 'The rows of one scan or preset as CSV (pro and elite)',
      request: { params: ScanId, query: ScanQuery.pick({ date: true, symbol: true, sector: true }) },
      responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } }, ...problems },
    }),
    async (c) => {
      const { tier, capabilities } = c.get('caller');
      if (!capabilities.exportCsv) throw new AppError('forbidden', 'CSV export is part of pro and elite');
      const { id } = c.req.valid('param');
      const { date, symbol, sector } = c.req.valid('query');
      const { session } = await books.session(date);
      const { entry, rows } = requireScan(shapeScanRows(session, id, tier, { symbol, sector }), id);
      const { exchange, sessionDate, simulated } = session.book;
      const badges = simulated ? (['SIMULATED'] as const) : [];
      const csv = scanCsv({ exchange, sessionDate, badges }, entry, rows);
      return sendCsv(c, `aion-${exchange}-${sessionDate}-${entry.id}.csv`, csv);
    },
  );
}

function requireScan<T>(found: T | undefined, id: string): T {
  if (found !== undefined) return found;
  throw new AppError('not_found', `there is no scan or preset "${id}" in this session; GET /v1/scans lists them`);
}

/** The part of an object's name that is its content. */
const bookOf = ({ object }: ScanPointer): string => /([0-9a-f]{16})[0-9a-f]*\.json$/.exec(object)?.[1] ?? '';

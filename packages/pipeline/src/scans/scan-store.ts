import {
  type Exchange,
  AppError,
  bodyOf,
  type EpochMs,
  type ItemTable,
  type ObjectStore,
  type SessionDate,
  type StoredForm,
} from '@aion/core';
import { decodeScanTable, runScreen, ScanBook, verdictOf, type Screen, type Verdict } from '@aion/universe';
import { z } from 'zod';

/** What scans found in a session: the object, and when it was made. */
const ScanPointer = z.strictObject({ sessionDate: z.iso.date(), object: z.string(), scannedAtMs: z.int() });
export type ScanPointer = z.infer<typeof ScanPointer>;
const SCAN_POINTER: StoredForm<ScanPointer> = {
  what: 'pointer to the scans of a session',
  v: 1,
  schema: ScanPointer,
};

const pk = (exchange: Exchange): string => `SCANS#${exchange}`;
const SHOWN_SESSIONS = 30;

/** Keeps what a session's scans found under its date. The same book again keeps its time. */
export async function saveScans(
  ports: { readonly items: ItemTable; readonly objects: ObjectStore },
  book: ScanBook,
  nowMs: EpochMs,
): Promise<ScanPointer> {
  const ref = await ports.objects.put('scans', new TextEncoder().encode(JSON.stringify(book)), '.json');
  const key = { table: 'product', pk: pk(book.exchange), sk: book.sessionDate } as const;
  const held = bodyOf(await ports.items.get(key), SCAN_POINTER);
  if (held?.object === ref.key) return held;
  const pointer = { sessionDate: book.sessionDate, object: ref.key, scannedAtMs: nowMs };
  await ports.items.put({ ...key, v: SCAN_POINTER.v, body: pointer });
  return pointer;
}

/** Sessions that were scanned, the newest first, at most thirty. */
export async function listScans(items: ItemTable, exchange: Exchange): Promise<ScanPointer[]> {
  const range = { table: 'product', pk: pk(exchange), descending: true } as const;
  const found = await items.query(range, { limit: SHOWN_SESSIONS, eventual: true });
  return found.items.map((item) => bodyOf(item, SCAN_POINTER));
}

/** The scans of one session; undefined when it was not scanned. */
export async function loadScanPointer(
  items: ItemTable,
  exchange: Exchange,
  sessionDate: SessionDate,
): Promise<ScanPointer | undefined> {
  return bodyOf(
    await items.get({ table: 'product', pk: pk(exchange), sk: sessionDate }, { eventual: true }),
    SCAN_POINTER,
  );
}

/** What the scans of a session found, as it was stored. Throws AppError(corrupt) for a book that does not parse. */
export async function readScanBook(objects: ObjectStore, pointer: ScanPointer): Promise<ScanBook> {
  const text = new TextDecoder().decode(await objects.get(pointer.object));
  const result = ScanBook.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  throw new AppError('corrupt', `the scans of ${pointer.sessionDate} cannot be read; run that session again`, {
    cause: result.error,
  });
}

/** The scans of a book over the table that it was made on: to say of any symbol why it matched or not. */
export async function rescan(objects: ObjectStore, book: ScanBook): Promise<Screen> {
  const { table, gates } = decodeScanTable(await objects.get(book.table));
  return runScreen(table, book.set, (symbol) => gates[symbol]);
}

/** Why a symbol matched a scan or preset or not; undefined for a symbol that was not scanned. */
export function explainSymbol(screen: Screen, id: string, symbol: string): Verdict | undefined {
  const row = screen.table.symbols.indexOf(symbol);
  return row < 0 ? undefined : verdictOf(screen, id, row);
}

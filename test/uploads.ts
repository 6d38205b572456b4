import { ImportReport, QuarantinePage } from '@aion/contracts';
import { readManifest } from '@aion/market';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './api-caller.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

export const HEADER = 'symbol,date,open,high,low,close,volume';
export type UploadBody = string | Uint8Array<ArrayBuffer>;

export const uploadFile = (
  served: ServedHome,
  admin: Member,
  name: string,
  body: UploadBody,
  headers: Record<string, string> = {},
): Promise<Response> =>
  call(served, admin, `/v1/admin/bhavcopy?name=${name}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });

export const quarantineOf = async (served: ServedHome, admin: Member, query = ''): Promise<QuarantinePage> =>
  QuarantinePage.parse(await (await call(served, admin, `/v1/admin/quarantine${query}`)).json());

/** Files that are refused, each for a reason of its own. */
const REFUSED = {
  'words.csv': 'no header of ours\n1,2,3',
  'half.zip': 'PK\u0003\u0004 and then nothing',
  'binary.csv': new Uint8Array(5000).map((_, i) => (i * 37) % 256),
  'later.csv': `${HEADER}\nALPHA,2037-01-01,10,11,9,10.5,1000`,
} satisfies Record<string, UploadBody>;
export type RefusedFile = keyof typeof REFUSED;
export const REFUSED_FILES = Object.keys(REFUSED) as RefusedFile[];

/** Tests so many files sent at the same time, and each of these that are refused. */
export function testUploads({ atOnce, refused }: { atOnce: number; refused: readonly RefusedFile[] }): void {
  // At the end of the file: what else is in it has folders too.
  afterAll(removeFolders);
  describe('uploads', () => {
    let served: ServedHome;
    let admin: Member;
    beforeAll(async () => {
      served = await serveHome(newFolder('uploads'));
      admin = await newMember(served, 'basic', 'admin');
    });
    afterAll(() => served.close());

    it('that come at the same time are all stored', async () => {
      const files = Array.from({ length: atOnce }, (_, i) => `AT${i},2026-02-2${i % 2 === 0 ? 6 : 7},10,11,9,10,5`);
      const responses = await Promise.all(
        files.map((row, i) => uploadFile(served, admin, `at-once-${i}.csv`, `${HEADER}\n${row}`)),
      );
      for (const response of responses) {
        expect(response.status).toBe(200);
        expect(ImportReport.parse(await response.json()).stored).toBe(1);
      }
      const manifest = await readManifest(served.embedded.ingest, 'NSE', 'daily');
      expect(manifest.symbols.filter((symbol) => symbol.startsWith('AT'))).toHaveLength(atOnce);
    });

    it.each(refused)(
      '%s is refused with the reason, nothing of it is stored, and the quarantine keeps that',
      async (name) => {
        const response = await uploadFile(served, admin, name, REFUSED[name]);
        const report = ImportReport.parse(await response.json());
        expect(report).toMatchObject({ stored: 0, files: [{ name, status: 'refused' }] });
        expect(report.files[0]!.reason!.length).toBeGreaterThan(10);
        const kept = (await quarantineOf(served, admin, '?limit=200')).rows.find((row) => row.file === name);
        expect(kept).toMatchObject({ line: null, reason: report.files[0]!.reason });
      },
    );
  });
}

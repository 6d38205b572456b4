import { unpackArchive } from '@aion/adapters/archive/unpack';
import { systemClock } from '@aion/adapters/system/clock';
import { errorMessage } from '@aion/core';
import { type AuditContext, type AuditedFile, type FolderAudit, DEFAULT_CAPS, auditFiles } from '@aion/market';
import { listFiles } from './import-paths.ts';

/** Looks at files and folders without storing anything. A file that cannot be opened is reported, the others go on. */
export async function auditPaths(
  paths: readonly string[],
  context: Omit<AuditContext, 'clock'>,
): Promise<FolderAudit & { readonly unreadable: readonly { name: string; why: string }[] }> {
  const files: AuditedFile[] = [];
  const unreadable: { name: string; why: string }[] = [];
  for (const { name, read } of paths.flatMap((path) => listFiles(path))) {
    if (!/\.(csv|csv\.gz|zip)$/i.test(name)) continue;
    try {
      for (const entry of await unpackArchive(name, await read(), DEFAULT_CAPS)) files.push(entry);
    } catch (error) {
      unreadable.push({ name, why: errorMessage(error) });
    }
  }
  return { ...auditFiles(files, { ...context, clock: systemClock }), unreadable };
}

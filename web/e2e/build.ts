import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const WEB = fileURLToPath(new URL('..', import.meta.url));
export const NEXT = createRequire(import.meta.url).resolve('next/dist/bin/next');

/** Builds the site before the browser tests, unless the build is newer than every source. */
export default function ensureBuild(): void {
  const built = `${WEB}.next/BUILD_ID`;
  if (existsSync(built) && statSync(built).mtimeMs > newest([`${WEB}src`, `${WEB}../packages/contracts/src`])) return;
  execFileSync(process.execPath, [NEXT, 'build'], {
    cwd: WEB,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function newest(folders: readonly string[]): number {
  let latestMs = 0;
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) latestMs = Math.max(latestMs, statSync(`${entry.parentPath}/${entry.name}`).mtimeMs);
    }
  }
  return latestMs;
}

import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallDisk {
  readonly path: string;
  /** Fills the disk until no more than so many bytes are free. */
  leave(bytes: number): void;
  /** Gives the space back. */
  free(): void;
}

const SIZE = '96m';
const BLOCK = 4096;

/**
 * Mounts a disk of its own in memory, and takes it away afterwards. Needs the right to mount, which a build machine gives; without
 * it this fails rather than passing over the attack.
 */
export async function onSmallDisk(path: string, work: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`no small disk could be mounted (run as root): ${stderr}`);
  const filler = join(path, 'filler');
  try {
    await work({
      path,
      leave(bytes) {
        const { bavail, bsize } = statfsSync(path);
        const filled = Math.floor((bavail * bsize - bytes) / BLOCK) * BLOCK;
        if (filled > 0) writeFileSync(filler, Buffer.alloc(filled), { flag: 'a' });
      },
      free: () => rmSync(filler, { force: true }),
    });
  } finally {
    spawnSync('umount', ['-l', path]);
  }
}

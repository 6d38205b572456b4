import { spawnSync } from 'node:child_process';
import { newFolder } from './embedded-home.ts';

/** A disk of its own needs the right to mount one, which a build machine gives and a desktop does not. */
export const mountAt = (path: string, size: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]).status === 0;
export const unmount = (path: string): void => void spawnSync('umount', [path]);
export const canMount = ((path) => {
  const mounted = mountAt(path, '64k');
  if (mounted) unmount(path);
  return mounted;
})(newFolder('can-mount'));

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * When a process began, in ticks since the machine did, where the system tells (Linux); tells a process from a later one
 * that was given the same number, as happens at once when a container starts again.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program may hold spaces and brackets; the fields are counted from behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** Names this process in leases and tells whether another process of this machine has ended. */
export const processOwner = {
  name: `${hostname()}:${process.pid}:${startOf(process.pid)}`,
  isGone(other: string): boolean {
    const [host, pid = '', start = ''] = other.split(':');
    if (host !== hostname() || !/^\d+$/.test(pid) || other === processOwner.name) return false;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
    const now = startOf(Number(pid));
    return start !== '' && now !== '' && now !== start;
  },
};

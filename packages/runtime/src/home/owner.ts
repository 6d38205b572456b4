import { hostname } from 'node:os';

/** Names this process in leases and tells whether another process of this machine has ended. */
export const processOwner = {
  name: `${hostname()}:${process.pid}`,
  isGone(other: string): boolean {
    const [host, pid] = other.split(':');
    if (host !== hostname() || pid === undefined || Number(pid) === process.pid) return false;
    try {
      process.kill(Number(pid), 0);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
  },
};

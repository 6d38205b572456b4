export const PREPARE = 'prepare';

/** What the owner names of an execution's leases begin with. */
export const executionPrefix = (runId: string, execution: string): string => `run:${runId}/${execution}/`;

/**
 * A task as the owner of its run's lease. The tasks of an execution follow each other, so whichever of them held the lease is gone
 * when the next one begins; the tasks of another execution of the same run are strangers.
 */
export function executionOwner(
  runId: string,
  execution: string,
  task: string,
): { readonly name: string; isGone(other: string): boolean } {
  const prefix = executionPrefix(runId, execution);
  const ownPrepare = `/${execution}/${PREPARE}`;
  return {
    name: `${prefix}${task}`,
    // Prepare that died before it stored its run, and is asked again, has made another id.
    isGone: (other) => other.startsWith(prefix) || (task === PREPARE && other.endsWith(ownPrepare)),
  };
}

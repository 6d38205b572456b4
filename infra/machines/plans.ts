import { JOB_PLANS, type TaskPlan } from '@aion/jobs/runs';

/** What each job's machine runs, from the jobs' own plans: a task that a plan gains appears in the machine by itself. */
export const MACHINE_PLANS: Readonly<Record<'daily' | 'hourly' | 'post-market', readonly TaskPlan[]>> = JOB_PLANS;
export type PlannedMachine = keyof typeof MACHINE_PLANS;

/** Longest time that any task on Lambda may take: the time-out of the function itself. */
export const LONGEST_LAMBDA_TASK_S = Math.max(
  ...Object.values(MACHINE_PLANS)
    .flat()
    .filter((task) => task.on === 'lambda')
    .map((task) => task.timeoutS),
);

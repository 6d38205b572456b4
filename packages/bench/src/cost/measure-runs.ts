import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { JOB_PLANS, type TaskPlan } from '@aion/jobs/runs';
import type { MeasuredTask } from './measured.ts';

const script = fileURLToPath(new URL('../_measured-task.ts', import.meta.url));

type Told = Omit<MeasuredTask, 'job' | 'task' | 'on' | 'times'> & {
  readonly result: { readonly runId: string | null; readonly shards?: readonly { shard: number; of: number }[] };
};

/** Each task of a job in a process of its own, in the order of the job's plan, on the home's market. */
export async function measureJob(
  home: string,
  job: keyof typeof JOB_PLANS,
  sessionDate: string,
): Promise<{ tasks: MeasuredTask[]; shards: number }> {
  const { result, ...prepared } = await told([home, job, 'prepare', sessionDate]);
  const tasks: MeasuredTask[] = [{ job, task: 'prepare', on: 'lambda', times: 1, ...prepared }];
  const runId = result.runId ?? '';
  let shards: readonly { shard: number; of: number }[] = [];
  const plan: readonly TaskPlan[] = JOB_PLANS[job];
  for (const { name, on, sharded } of plan) {
    if (sharded === true && shards.length > 1) {
      const parts: Told[] = [];
      for (const { shard, of } of shards) parts.push(await told([home, job, name, runId, String(shard), String(of)]));
      const largest = parts.reduce((a, b) => (b.seconds > a.seconds ? b : a));
      const { result: _result, ...figures } = largest;
      tasks.push({ job, task: `${name}-shard`, on, times: parts.length, ...figures });
    }
    const { result: done, ...figures } = await told([home, job, name, runId]);
    tasks.push({ job, task: name, on, times: 1, ...figures });
    shards = done.shards ?? shards;
  }
  return { tasks, shards: Math.max(1, shards.length) };
}

function told(args: readonly string[]): Promise<Told> {
  // A test runner sets MODE for itself.
  const { MODE: _mode, ...env } = process.env;
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Told);
      else reject(new Error(`task ${args.slice(1).join(' ')} ended with exit code ${code}`));
    });
  });
}

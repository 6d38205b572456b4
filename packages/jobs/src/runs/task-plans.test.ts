import { describe, expect, it } from 'vitest';
import { makeRunId } from './daily.ts';
import { JOB_PLANS, JOB_STEPS, type TaskPlan } from './task-plans.ts';

/** The steps of a job that no span of its plan covers. */
function uncovered(plan: readonly TaskPlan[], steps: readonly { readonly name: string }[]): string[] {
  const covered = new Set(stepsOf(plan, steps));
  return steps.flatMap(({ name }) => (covered.has(name) ? [] : [name]));
}

/** The steps that the spans of a plan run, in the order of the plan; a span that is not one names nothing. */
function stepsOf(plan: readonly TaskPlan[], steps: readonly { readonly name: string }[]): string[] {
  const names = steps.map(({ name }) => name);
  return plan.flatMap(({ from, to }) => names.slice(names.indexOf(from), names.indexOf(to) + 1));
}

describe('the plan of a job', () => {
  it.each(Object.keys(JOB_PLANS) as (keyof typeof JOB_PLANS)[])(
    '%s runs each of its steps once, in their order',
    (job) => {
      const [plan, steps] = [JOB_PLANS[job] as readonly TaskPlan[], JOB_STEPS[job]];
      const names = steps.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(uncovered(plan, steps), 'steps that no span of JOB_PLANS covers').toEqual([]);
      expect(stepsOf(plan, steps)).toEqual(names);
      for (const { timeoutS, on } of plan) {
        // Lambda ends a task after fifteen minutes, whatever is asked for.
        if (on === 'lambda') expect(timeoutS).toBeLessThanOrEqual(900);
        expect(timeoutS).toBeGreaterThan(0);
      }
      for (const { title } of steps) expect(title.length).toBeGreaterThan(3);
    },
  );

  it('that leaves a step out, runs one twice or turns the order is told', () => {
    const [plan, steps] = [JOB_PLANS.daily as readonly TaskPlan[], JOB_STEPS.daily];
    const names = steps.map(({ name }) => name);
    const wrong = [
      plan.slice(1),
      plan.toReversed(),
      plan.map((task) => (task.name === 'models' ? { ...task, from: 'stockformer' } : task)),
      plan.map((task) => (task.name === 'models' ? { ...task, from: 'features' } : task)),
      plan.map((task) => (task.name === 'models' ? { ...task, to: 'vetoes' } : task)),
    ];
    for (const one of wrong) expect(stepsOf(one, steps)).not.toEqual(names);
    expect(uncovered(plan.slice(1), steps)).toEqual(['ingest', 'validate', 'universe', 'scan', 'bars']);
  });

  it('has the models where a model runtime is, and shards nothing else but features', () => {
    for (const task of JOB_PLANS.daily as readonly TaskPlan[]) {
      expect(task.on === 'fargate', task.name).toBe(task.name === 'models');
      expect(task.sharded === true, task.name).toBe(task.name === 'features');
    }
  });
});

describe('the id of a run', () => {
  it('says exchange, session and kind, and is another for another start', () => {
    const id = makeRunId('NSE', '2026-02-27', 'daily', 1, 'a');
    expect(id).toMatch(/^NSE-20260227-daily-[0-9a-f]{8}$/);
    expect(makeRunId('NSE', '2026-02-27', 'daily', 1, 'a')).toBe(id);
    const others = [makeRunId('NSE', '2026-02-27', 'daily', 2, 'a'), makeRunId('NSE', '2026-02-27', 'daily', 1, 'b')];
    expect(new Set([id, ...others]).size).toBe(3);
  });
});

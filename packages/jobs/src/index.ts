export * from './daily.ts';
export * from './hourly.ts';
export * from './post-market.ts';
export { requireSession, sessionAt } from './session.ts';
export { JOB_PLANS, JOB_STEPS, type TaskPlan } from './plan.ts';

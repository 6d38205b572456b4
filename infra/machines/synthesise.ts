import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations, type Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { machinesStack } from './machines-stack.ts';
import { monitoringStack } from './monitoring-stack.ts';
import { overviewStack } from './overview-stack.ts';

/** What one half of the infrastructure needs to know of a stage to synthesise the other. */
export interface SynthesisProps {
  readonly stage: string;
  readonly production: boolean;
  readonly logRetentionDays: number;
  readonly live: boolean;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
  readonly Resources: Readonly<
    Record<
      string,
      { readonly Type: string; readonly Properties: Record<string, unknown>; readonly [key: string]: unknown }
    >
  >;
}

export interface Synthesised {
  readonly machines: Template;
  readonly monitoring: Template;
  readonly overview: Template;
}

/** The largest template that CloudFormation takes inline. */
export const TEMPLATE_LIMIT_BYTES = 51_200;

/** Templates of a stage. Throws what cdk-nag finds, so that a deployment cannot go past it. */
export function synthesise(props: SynthesisProps): Synthesised {
  return withApp((app) => {
    const machines = machinesStack(app, props);
    const monitoring = monitoringStack(app, props);
    const templates = checked(app, [machines, monitoring, overviewStack(app, props)]);
    return { machines: templates[0]!, monitoring: templates[1]!, overview: templates[2]! };
  });
}

/** Runs the checks and returns the templates of the stacks; CDK's files live in a temporary folder that is removed. */
export function withApp<T>(work: (app: App) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'aion-cdk-'));
  try {
    return work(new App({ outdir, analyticsReporting: false, treeMetadata: false }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function checked(app: App, stacks: readonly Stack[]): Template[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const assembly = app.synth();
  return stacks.map((stack) => assembly.getStackByName(stack.stackName).template as Template);
}

/** As it is sent: without the white space that the limit would count. */
export const templateBody = (template: Template): string => JSON.stringify(template);

import { Aws, CfnParameter, Stack, Tags, type App } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { stageNames } from '../names.ts';
import { bootstrapless } from './bootstrapless.ts';
import { dashboardBody } from './dashboard.ts';

/** The dashboard, in a stack of its own: with the alarms it would be larger than a template may be. */
export function overviewStack(app: App, { stage }: { readonly stage: string }): Stack {
  const names = stageNames(stage);
  const stack = new Stack(app, names.of('overview'), { synthesizer: bootstrapless(), analyticsReporting: false });
  Tags.of(stack).add('aion:stage', stage);
  const ids = { httpApi: new CfnParameter(stack, 'HttpApiId', { type: 'String' }).valueAsString };
  new CfnDashboard(stack, 'dashboard', {
    dashboardName: names.dashboard,
    dashboardBody: stack.toJsonString(dashboardBody(names, ids, { account: Aws.ACCOUNT_ID, region: Aws.REGION })),
  });
  return stack;
}

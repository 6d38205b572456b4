import { Aws, CfnParameter, RemovalPolicy, Stack, Tags, Validations, type App } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  executionRole,
  MACHINES,
  stageArns,
  stageNames,
  taskRole,
  type ContainerName,
  type FunctionName,
  type MachineName,
  type StageArns,
  type StageNames,
} from '../names.ts';
import { jobMachine } from './job-machine.ts';
import { MACHINE_PLANS } from './plans.ts';
import { retrainMachine } from './retrain-machine.ts';
import type { Definition, Placement } from './states.ts';
import { bootstrapless } from './bootstrapless.ts';

/** Values that exist only once the network does: the deployer passes them as parameters. */
export const MACHINE_PARAMETERS = ['SubnetA', 'SubnetB', 'TaskSecurityGroup'] as const;

export interface MachinesStackProps {
  readonly stage: string;
  readonly production: boolean;
  readonly logRetentionDays: number;
}

interface Machine {
  readonly definition: Definition;
  readonly functions: readonly FunctionName[];
  readonly container?: ContainerName;
}

/** From 18:30 until 23:00 in exchange time. */
const WAIT_FOR_BARS_S = 4.5 * 3600;

export function machinesStack(app: App, props: MachinesStackProps): Stack {
  const names = stageNames(props.stage);
  const arns = stageArns(names, { account: Aws.ACCOUNT_ID, region: Aws.REGION });
  const stack = new Stack(app, names.of('machines'), { synthesizer: bootstrapless(), analyticsReporting: false });
  Tags.of(stack).add('aion:stage', props.stage);
  const [subnetA, subnetB, securityGroup] = MACHINE_PARAMETERS.map(
    (id) => new CfnParameter(stack, id, { type: 'String' }).valueAsString,
  );
  const place = (container: ContainerName): Placement => ({
    clusterArn: arns.cluster,
    taskDefinitionArn: arns.taskDefinition(container),
    container,
    subnets: [subnetA!, subnetB!],
    securityGroup: securityGroup!,
  });
  const machines = machinesOf(arns, place);
  for (const name of MACHINES) addMachine(stack, names, arns, name, machines[name], props);
  return stack;
}

function machinesOf(arns: StageArns, place: (container: ContainerName) => Placement): Record<MachineName, Machine> {
  const ofPlan = (job: keyof typeof MACHINE_PLANS, waitS: number): Machine => {
    const plan = MACHINE_PLANS[job];
    return {
      definition: jobMachine({
        job,
        plan,
        controlArn: arns.function('control'),
        taskArn: arns.function('task'),
        placement: place('task'),
        waitS,
      }),
      functions: plan.some((task) => task.on === 'lambda') ? ['control', 'task'] : ['control'],
      ...(plan.some((task) => task.on === 'fargate') ? { container: 'task' as const } : {}),
    };
  };
  return {
    daily: ofPlan('daily', WAIT_FOR_BARS_S),
    hourly: ofPlan('hourly', 0),
    'post-market': ofPlan('post-market', 0),
    retrain: {
      definition: retrainMachine({ controlArn: arns.function('control'), placement: place('trainer') }),
      functions: ['control'],
      container: 'trainer',
    },
  };
}

function addMachine(
  stack: Stack,
  names: StageNames,
  arns: StageArns,
  name: MachineName,
  machine: Machine,
  props: MachinesStackProps,
): void {
  const id = name.replaceAll('-', '');
  const logs = new CfnLogGroup(stack, `${id}Logs`, {
    // Step Functions keeps one resource policy for everything under this prefix, so that it cannot outgrow its limit.
    logGroupName: `/aws/vendedlogs/states/${names.of(name)}`,
    retentionInDays: props.logRetentionDays,
  });
  logs.applyRemovalPolicy(props.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  const role = new Role(stack, `${id}Role`, {
    roleName: names.of(`${name}-machine`),
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: { machine: new PolicyDocument({ statements: statementsFor(machine, names, arns) }) },
  });
  acknowledge(role, machine, names);
  const resource = new CfnStateMachine(stack, `${id}Machine`, {
    stateMachineName: names.of(name),
    stateMachineType: 'STANDARD',
    roleArn: role.roleArn,
    definitionString: stack.toJsonString(machine.definition),
    tracingConfiguration: { enabled: true },
    loggingConfiguration: {
      // A few executions a day: every event costs cents. The data themselves stay out of the logs; the run's record has them.
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.attrArn } }],
    },
  });
  resource.node.addDependency(role);
}

function statementsFor(machine: Machine, names: StageNames, arns: StageArns): PolicyStatement[] {
  const allow = (actions: string[], resources: string[], conditions: Record<string, unknown> = {}) =>
    new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions });
  const statements = [
    allow(
      ['lambda:InvokeFunction'],
      machine.functions.map((name) => arns.function(name)),
    ),
    allow(
      [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
      ['*'],
    ),
    allow(
      ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
      ['*'],
    ),
  ];
  const { container } = machine;
  if (container === undefined) return statements;
  return [
    ...statements,
    allow(['ecs:RunTask'], [`${arns.taskDefinition(container)}:*`, arns.taskDefinition(container)], {
      ArnEquals: { 'ecs:cluster': arns.cluster },
    }),
    allow(['ecs:StopTask', 'ecs:DescribeTasks'], [tasksOf(names)]),
    allow(['ecs:TagResource'], [tasksOf(names)], { StringEquals: { 'ecs:CreateAction': 'RunTask' } }),
    allow(
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      [`arn:aws:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForECSTaskRule`],
    ),
    allow(['iam:PassRole'], [arns.role(taskRole(container)), arns.role(executionRole(container))], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
  ];
}

const tasksOf = (names: StageNames) => `arn:aws:ecs:${Aws.REGION}:${Aws.ACCOUNT_ID}:task/${names.cluster}/*`;

/** Every wildcard that remains, with the reason; a new one is a finding again. */
function acknowledge(role: Role, machine: Machine, names: StageNames): void {
  const wildcard = (resource: string, reason: string) =>
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  wildcard('*', 'Log delivery and X-Ray have no resource-level permissions.');
  if (machine.container === undefined) return;
  const prefix = 'arn:aws:ecs:<AWS::Region>:<AWS::AccountId>';
  wildcard(`${prefix}:task/${names.cluster}/*`, 'The id of a task is known only once it runs; the cluster is fixed.');
  wildcard(
    `${prefix}:task-definition/${names.of(machine.container)}:*`,
    'Every deployment makes a revision of this one task definition; the family and the cluster are fixed.',
  );
}

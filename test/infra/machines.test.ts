import { readFileSync } from 'node:fs';
import { Stack, Validations } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { JOB_PLANS } from '@aion/jobs/runs';
import { HAND_OVER_MS } from '@aion/pipeline';
import { bootstrapless } from '../../infra/machines/bootstrapless.ts';
import { jobMachine, stateName } from '../../infra/machines/job-machine.ts';
import { MAX_SHARDS, wavesOf } from '../../infra/machines/longest-run.ts';
import { machinesStack } from '../../infra/machines/machines-stack.ts';
import { machineProblems, templateProblems } from '../../infra/machines/rules.ts';
import type { State } from '../../infra/machines/states.ts';
import { checked, synthesise, templateBody, TEMPLATE_LIMIT_BYTES, withApp } from '../../infra/machines/synthesise.ts';
import { MACHINES } from '../../infra/names.ts';
import { allStates, devTemplates, machineDefinition } from './execute-machine.ts';

const nagged = (build: (stack: Stack) => void) =>
  withApp((app) => {
    const stack = new Stack(app, 'planted', { synthesizer: bootstrapless(), analyticsReporting: false });
    build(stack);
    return checked(app, [stack]);
  });

const planted = (stack: Stack) =>
  new Role(stack, 'wide', {
    assumedBy: new ServicePrincipal('states.amazonaws.com'),
    inlinePolicies: {
      wide: new PolicyDocument({ statements: [new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })] }),
    },
  });

describe('the templates', () => {
  it('cdk-nag finds nothing in them: synthesis throws what it finds', () => {
    expect(Object.keys(devTemplates().machines.Resources).length).toBeGreaterThanOrEqual(12);
  });

  it('cdk-nag catches a planted wildcard role', () => {
    expect(() => nagged(planted)).toThrow(/validation/i);
  });

  it('a wildcard acknowledged with a reason passes, and only that one', () => {
    const reason = 'A test.';
    expect(() =>
      nagged((stack) => Validations.of(planted(stack)).acknowledge({ id: 'AwsSolutions-IAM5[Action::s3:*]', reason })),
    ).toThrow(/validation/i);
    nagged((stack) =>
      Validations.of(planted(stack)).acknowledge(
        { id: 'AwsSolutions-IAM5[Action::s3:*]', reason },
        { id: 'AwsSolutions-IAM5[Resource::*]', reason },
      ),
    );
  });

  it('every suppression is of one finding and says why', () => {
    const found = withApp((app) =>
      machinesStack(app, { stage: 'dev', production: false, logRetentionDays: 7 })
        .node.findAll()
        .flatMap((construct) => construct.node.metadata)
        .filter((entry) => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap((entry) => Object.entries(entry.data as Record<string, string>)),
    );
    expect(found.length).toBeGreaterThan(3);
    for (const [id, reason] of found) {
      expect(id).toMatch(/\[.+\]$/);
      expect(reason.length).toBeGreaterThan(30);
    }
  });

  it('stay below what CloudFormation takes inline, with the longest stage name too', () => {
    const templates = synthesise({
      stage: 'a'.repeat(20),
      production: true,
      logRetentionDays: 30,
      live: true,
    });
    for (const [name, template] of Object.entries(templates)) {
      const bytes = Buffer.byteLength(templateBody(template));
      expect({ name, bytes, fits: bytes < TEMPLATE_LIMIT_BYTES }).toEqual({ name, bytes, fits: true });
    }
  });

  it('every alarm acts and says what it means', () => {
    for (const template of [devTemplates().monitoring, devTemplates().overview])
      expect(templateProblems(template)).toEqual([]);
    const alarms = Object.values(devTemplates().monitoring.Resources).filter(
      (one) => one.Type === 'AWS::CloudWatch::Alarm',
    );
    expect(alarms.length).toBeGreaterThan(30);
  });

  it('an alarm without an action is caught', () => {
    const [template] = withApp((app) => {
      const stack = new Stack(app, 'planted', { synthesizer: bootstrapless(), analyticsReporting: false });
      const mute = new CfnAlarm(stack, 'mute', {
        alarmDescription: 'says something',
        namespace: 'N',
        metricName: 'm',
        statistic: 'Sum',
        period: 60,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        evaluationPeriods: 1,
        treatMissingData: 'notBreaching',
      });
      expect(mute.alarmActions).toBeUndefined();
      return [app.synth().getStackByName('planted').template];
    });
    expect(templateProblems(template)).toEqual([expect.stringContaining('mute')]);
  });

  it('a machine without tracing, logs or a limited role is caught', () => {
    const machines = structuredClone(devTemplates().machines) as {
      Resources: Record<string, { Properties: Record<string, unknown>; Type: string }>;
    };
    const machine = Object.values(machines.Resources).find((one) => one.Type === 'AWS::StepFunctions::StateMachine')!;
    machine.Properties['TracingConfiguration'] = { Enabled: false };
    delete machine.Properties['LoggingConfiguration'];
    expect(templateProblems(machines).join('; ')).toMatch(/tracing.*logs/s);
  });
});

describe.each(MACHINES)('machine %s', (name) => {
  it('has a time-out, and every task a Retry, a Catch and a time-out; no JSONata', () => {
    expect(machineProblems(machineDefinition(name))).toEqual([]);
  });
});

describe('the rules on machines bite', () => {
  const broken = (state: string, change: (found: Record<string, unknown>) => void) => {
    const definition = structuredClone(machineDefinition('daily'));
    change(allStates(definition)[state] as Record<string, unknown>);
    return machineProblems(definition);
  };

  it.each(['Retry', 'TimeoutSeconds', 'Catch'])('a task without %s is named', (field) => {
    expect(broken('Publish', (state) => delete state[field])).toContain(`Publish: no ${field}`);
  });

  it('a task inside a Map needs no Catch of its own, but the Map does', () => {
    expect(broken('FeaturesShards', (state) => delete state['Catch'])).toEqual([
      'FeaturesShard: no Catch',
      'FeaturesShards: no Catch',
    ]);
  });

  it('JSONata is named: the local runner would ignore it silently', () => {
    expect(broken('Publish', (state) => (state['QueryLanguage'] = 'JSONata'))).toEqual(['Publish: JSONata']);
    expect(broken('Publish', (state) => (state['Arguments'] = {}))).toEqual(['Publish: JSONata']);
  });

  it('a state that nothing reaches, or a next state that is missing, is named', () => {
    expect(broken('Publish', (state) => (state['Next'] = 'Nowhere'))).toEqual([
      'Publish: leads to Nowhere, which does not exist',
      'Done: nothing leads to it',
    ]);
  });

  it('a machine that would be cut off while a task is tried again is named', () => {
    const definition = machineDefinition('daily');
    const { TimeoutSeconds } = definition;
    expect(machineProblems({ ...definition, TimeoutSeconds: TimeoutSeconds - 4.5 * 3600 - 601 })).toEqual([
      expect.stringMatching(/the machine: is cut off after \d+ s, its tasks may take \d+ s/),
    ]);
    // One more task, one more retry, a longer time-out: each counts.
    for (const [state, change] of [
      ['FeaturesShard', { TimeoutSeconds: 4000 }],
      ['Models', { TimeoutSeconds: 9000 }],
      ['Publish', { Retry: [{ MaxAttempts: 99, IntervalSeconds: 1 }] }],
    ] as const)
      expect(broken(state, (found) => Object.assign(found, change)).join()).toMatch(/is cut off/);
  });

  it('a machine without a time-out is named', () => {
    const { TimeoutSeconds: _, ...rest } = machineDefinition('daily');
    expect(machineProblems(rest as never)).toEqual(['the machine: no TimeoutSeconds']);
  });
});

describe('the lease of a run', () => {
  const states = machineDefinition('daily').States;
  const longestMapS = (map: State) => {
    const { FeaturesShard: shard } = (map['ItemProcessor'] as { States: Record<string, State> }).States;
    const unanswered = (shard!['Retry'] as { ErrorEquals: string[]; MaxAttempts: number }[]).find(({ ErrorEquals }) =>
      ErrorEquals.includes('States.Timeout'),
    )!;
    return wavesOf(map) * (1 + unanswered.MaxAttempts) * Number(shard!['TimeoutSeconds']);
  };

  it('lasts through a Map of the most shards, each of which runs out of time once', () => {
    const source = readFileSync(new URL('../../packages/jobs/src/runs/daily.ts', import.meta.url), 'utf8');
    expect(/MAX_PARTS = (\d+);/.exec(source)?.[1]).toBe(String(MAX_SHARDS));
    expect(longestMapS(states['FeaturesShards']!)).toBeLessThanOrEqual(HAND_OVER_MS / 1000);
    expect(longestMapS({ ...states['FeaturesShards']!, MaxConcurrency: 4 })).toBeGreaterThan(HAND_OVER_MS / 1000);
  });
});

describe('plans', () => {
  it.each(Object.entries(JOB_PLANS))('every task of %s is a state', (job, plan) => {
    const states = allStates(machineDefinition(job as keyof typeof JOB_PLANS));
    for (const task of plan) expect(states).toHaveProperty(stateName(task.name));
  });

  const parts = { job: 'x', controlArn: 'c', taskArn: 't', waitS: 0, placement: {} as never };
  const task = { from: 'a', to: 'a', on: 'lambda', timeoutS: 60 } as const;

  it('a plan without a task, and shards that nobody counts, are refused', () => {
    expect(() => jobMachine({ ...parts, plan: [] })).toThrow('job x has no task');
    expect(() => jobMachine({ ...parts, plan: [{ ...task, name: 'a', sharded: true }] })).toThrow('a is sharded');
  });

  it('a task that a plan gains appears in the machine by itself', () => {
    const machine = jobMachine({
      ...parts,
      plan: [
        { ...task, name: 'first' },
        { ...task, name: 'new-one' },
      ],
    });
    expect(machine.States['First']).toMatchObject({ Next: 'NewOne' });
    expect(machineProblems(machine)).toEqual([]);
  });
});

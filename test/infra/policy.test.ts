import { describe, expect, it } from 'vitest';
import { bucketName, FEATURE_LANES, FUNCTIONS } from '../../infra/names.ts';
import { GRANTS, policyDocument, statementsOf } from '../../infra/permissions.ts';
import { RULES } from '../../infra/policy/policy.ts';
import { devTemplates } from './execute-machine.ts';
import { arns, CONTEXT, GOOD, granted, make, names, PLANTED } from './policy-plants.ts';
import { ACCOUNT } from './stage-settings.ts';

describe('each rule of the policy bites on what it is for', () => {
  it.each(PLANTED)('%s: %s', (rule, _, resources, message) => {
    expect(RULES[rule](resources, CONTEXT).join('\n')).toContain(message);
  });

  it('and every rule is planted against', () => {
    expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)));
  });

  it.each(GOOD)('%s lets pass what is right', (rule, resources) => {
    expect(RULES[rule](resources, CONTEXT)).toEqual([]);
  });
});

describe('permissions', () => {
  const bucketArn = `arn:aws:s3:::${bucketName(names, ACCOUNT)}`;
  const all = Object.entries(GRANTS).map(([who, grant]) => ({
    who,
    statements: statementsOf(grant, names, arns, bucketArn),
  }));

  it('are narrow for everyone', () => {
    const roles = all.map(({ who, statements }) => make('aws:iam/role:Role', granted(policyDocument(statements)), who));
    expect(RULES.rolesAreNarrow(roles, CONTEXT)).toEqual([]);
  });

  const may = (who: string, action: string) =>
    all.find((one) => one.who === who)!.statements.some((one) => one.Action.includes(action));

  it('only the API starts machines and imports, and only the webhook fills the billing queue, only what works them off the feature queues', () => {
    const who = (action: string) => all.filter((one) => may(one.who, action)).map((one) => one.who);
    expect(who('states:StartExecution')).toEqual(['api']);
    expect(who('lambda:InvokeFunction')).toEqual(['api']);
    const on = (action: string, queue: string) =>
      all
        .filter(({ statements }) =>
          statements.some(({ Action, Resource }) => Action.includes(action) && Resource.includes(arns.queue(queue))),
        )
        .map((one) => one.who);
    expect(on('sqs:SendMessage', names.billingQueue)).toEqual(['billing-webhook']);
    expect(on('sqs:ReceiveMessage', names.billingQueue)).toEqual(['billing-consumer']);
    for (const action of ['sqs:SendMessage', 'sqs:ReceiveMessage'])
      for (const lane of FEATURE_LANES) expect(on(action, names.featureQueue(lane))).toEqual(['features']);
    // What was given up is looked at; putting it back or away is an operator's.
    for (const action of ['sqs:SendMessage', 'sqs:DeleteMessage'])
      for (const lane of FEATURE_LANES) expect(on(action, names.featureDlq(lane))).toEqual([]);
  });

  it('the webhook writes no table, the watch its beat, and the live server takes tickets away and no more', () => {
    for (const action of ['UpdateItem', 'DeleteItem']) expect(may('billing-webhook', `dynamodb:${action}`)).toBe(false);
    expect(may('dead-man', 'dynamodb:DeleteItem')).toBe(false);
    const written = all
      .find(({ who }) => who === 'dead-man')!
      .statements.filter(({ Action }) => Action.includes('dynamodb:UpdateItem'));
    expect(written.flatMap(({ Resource }) => Resource)).toEqual([arns.table('product')]);
    expect(may('live-container', 'dynamodb:UpdateItem')).toBe(false);
    const removes = all
      .find(({ who }) => who === 'live-container')!
      .statements.filter(({ Action }) => Action.includes('dynamodb:DeleteItem'));
    expect(removes.flatMap(({ Resource }) => Resource)).toEqual([arns.table('ephemeral')]);
    expect(may('api', 'dynamodb:UpdateItem')).toBe(true);
  });

  it('nobody reads a secret that is not granted by its name', () => {
    for (const { statements } of all) {
      for (const { Action, Resource } of statements) {
        if (Action.includes('ssm:GetParameters'))
          expect(Resource.every((arn) => /parameter\/aion\/prod\/[a-z-]+$/.test(arn))).toBe(true);
      }
    }
  });

  it('every function has a grant', () => {
    for (const name of FUNCTIONS) expect(GRANTS).toHaveProperty(name);
  });
});

it('the synthesised stacks hold to the same rules on roles', () => {
  const stack = make('aws:cloudformation/stack:Stack', { templateBody: JSON.stringify(devTemplates().machines) });
  expect(RULES.rolesAreNarrow([stack], CONTEXT)).toEqual([]);
});

import { arnOf, type PolicyContext, type Resource, type Rule } from './resource.ts';
import { stackResources } from './stack-resources.ts';

/** Services whose things all belong to the stage, when they are in its account: a mention of one must have it. */
const OWNED = new Set(['lambda', 'states', 'dynamodb', 'sqs', 'sns', 'ecs', 'ecr', 'iam']);
/** Things that AWS or SST makes. */
const GIVEN = [/^arn:aws:iam::aws:policy\//, /^arn:aws:iam::\d+:root$/, /^arn:aws:ecs:[^:]+:\d+:(task|service)\//];

/** Every ARN that anything mentions is that of something which is made; a misspelt name would else be found at run time. */
export const referencesExist: Rule = (all, context) => {
  const known = knownArns(all, context);
  const mentions = [
    ...all
      .filter(({ type }) => type !== 'aws:cloudformation/stack:Stack')
      .map(({ name, inputs }) => ({ by: name, value: inputs as unknown })),
    ...stackResources(all, context).map(({ id, Properties }) => ({ by: id, value: Properties as unknown })),
  ];
  const problems = new Set<string>();
  for (const { by, value } of mentions) {
    for (const arn of arnsIn(value))
      if (isOurs(arn, context) && !known.has(base(arn))) problems.add(`${by}: mentions ${arn}, which is not made`);
  }
  return [...problems];
};

function knownArns(all: readonly Resource[], context: PolicyContext): Set<string> {
  const { account, region } = context;
  const own = all.flatMap((resource) => arnOf(resource, account, region) ?? []);
  const stacked = stackResources(all, context).flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::StepFunctions::StateMachine')
      return [`arn:aws:states:${region}:${account}:stateMachine:${Properties['StateMachineName'] as string}`];
    return Type === 'AWS::IAM::Role' ? [`arn:aws:iam::${account}:role/${Properties['RoleName'] as string}`] : [];
  });
  return new Set([...own, ...stacked]);
}

function isOurs(arn: string, { account }: PolicyContext): boolean {
  const [, , service = '', , owner = ''] = arn.split(':');
  if (GIVEN.some((pattern) => pattern.test(arn))) return false;
  return (service === 's3' && arn.includes('aion-')) || (OWNED.has(service) && owner === account);
}

/** The thing itself: without an index, a prefix, a revision or a version. */
function base(arn: string): string {
  if (arn.startsWith('arn:aws:s3:::')) return arn.replace(/\/.*$/, '');
  if (arn.includes(':table/')) return arn.replace(/(:table\/[^/]+)\/.*$/, '$1');
  const execution = arn.replace(/:execution:([^:]+):.*$/, ':stateMachine:$1');
  return execution.replace(/(:(function|task-definition)[:/][^:/]+)[:/].*$/, '$1');
}

function arnsIn(value: unknown): string[] {
  if (typeof value === 'string')
    return [...value.matchAll(/arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d*:[^"'\\\s,{}()]+/g)].map(([arn]) => arn);
  if (Array.isArray(value)) return value.flatMap(arnsIn);
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(arnsIn) : [];
}

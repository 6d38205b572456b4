import {
  isSite,
  ofType,
  statementsIn,
  text,
  type PolicyContext,
  type PolicyStatement,
  type Resource,
  type Rule,
} from './resource.ts';
import { stackResources } from './stack-resources.ts';

/** Actions that AWS lets nobody restrict to a resource, each with its service's word for it. */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  'ecr:GetAuthorizationToken': 'signs in to the registry as a whole',
  'xray:PutTraceSegments': 'traces have no ARN',
  'xray:PutTelemetryRecords': 'traces have no ARN',
  'xray:GetSamplingRules': 'traces have no ARN',
  'xray:GetSamplingTargets': 'traces have no ARN',
  'logs:CreateLogDelivery': 'log delivery has no ARN',
  'logs:GetLogDelivery': 'log delivery has no ARN',
  'logs:UpdateLogDelivery': 'log delivery has no ARN',
  'logs:DeleteLogDelivery': 'log delivery has no ARN',
  'logs:ListLogDeliveries': 'log delivery has no ARN',
  'logs:PutResourcePolicy': 'log delivery has no ARN',
  'logs:DescribeResourcePolicies': 'log delivery has no ARN',
  'logs:DescribeLogGroups': 'log delivery has no ARN',
};

/** What no running part of the product needs. */
const NEVER =
  /^(dynamodb:(Scan|DeleteTable|DeleteBackup|UpdateTable)|s3:(DeleteBucket|PutBucketPolicy|DeleteObjectVersion)|iam:(Create|Put|Attach|Delete)|sts:AssumeRole)/;

export const rolesAreNarrow: Rule = (all, context) =>
  rolesIn(all, context).flatMap((role) => [...trustProblems(role), ...grantProblems(role)]);

interface RoleView {
  readonly name: string;
  readonly site: boolean;
  readonly trust: unknown;
  readonly managed: readonly string[];
  readonly policies: readonly unknown[];
}

/** Roles of the stage, those in the CloudFormation stacks too. */
function rolesIn(all: readonly Resource[], context: PolicyContext): RoleView[] {
  const own = ofType(all, 'aws:iam/role:Role').map((role) => ({
    name: role.name,
    site: isSite(role),
    trust: role.inputs['assumeRolePolicy'],
    managed: (role.inputs['managedPolicyArns'] ?? []) as string[],
    policies: ((role.inputs['inlinePolicies'] ?? []) as { policy: string }[]).map(({ policy }) => policy),
  }));
  const stacked = stackResources(all, context)
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ id, Properties }) => ({
      name: id,
      site: false,
      trust: Properties['AssumeRolePolicyDocument'],
      managed: (Properties['ManagedPolicyArns'] ?? []) as string[],
      policies: ((Properties['Policies'] ?? []) as { PolicyDocument: unknown }[]).map((one) => one.PolicyDocument),
    }));
  return [...own, ...stacked];
}

const trustProblems = ({ name, trust }: RoleView): string[] =>
  statementsIn(trust)
    .flatMap((statement) => statement.principals)
    .filter((principal) => !principal.endsWith('.amazonaws.com'))
    .map((principal) => `${name}: may be taken on by ${principal}, expected one AWS service`);

function grantProblems({ name, managed, policies, site }: RoleView): string[] {
  const problems = managed
    // Basic execution writes logs and nothing else; SST gives it to the site's functions.
    .filter((arn) => !(site && arn.endsWith('/AWSLambdaBasicExecutionRole')))
    .map((arn) => `${name}: has the managed policy ${arn}, expected its grants named one by one`);
  for (const statement of policies.flatMap(statementsIn)) problems.push(...statementProblems(name, statement));
  return problems;
}

function statementProblems(name: string, { actions, effect, resources }: PolicyStatement): string[] {
  if (effect !== 'Allow') return [];
  const problems: string[] = [];
  for (const action of actions) {
    if (action.includes('*')) problems.push(`${name}: action ${action} is a wildcard`);
    if (NEVER.test(action)) problems.push(`${name}: action ${action} is never needed`);
    if (resources.includes('*') && WITHOUT_RESOURCE[action] === undefined)
      problems.push(`${name}: ${action} on every resource`);
  }
  for (const resource of resources) if (WIDE.test(resource)) problems.push(`${name}: resource ${resource} is too wide`);
  return problems;
}

/** A whole service, or every thing of a kind: `arn:aws:s3:::*`, `…:table/*`, `…:function:*`. */
const WIDE = /^arn:aws:([a-z0-9-]*:[^:]*:[^:]*:\*|(?!s3:)[a-z0-9-]*:[^:]*:[^:]*:[a-z-]+[:/]\*)$/;

export const urlsAreClosed: Rule = (all) =>
  ofType(all, 'aws:lambda/functionUrl:FunctionUrl')
    // The site's pages are for everyone; what a reader may see is decided by the API.
    .filter((url) => text(url, 'authorizationType') !== 'AWS_IAM' && !isSite(url))
    .map((url) => `${url.name}: anyone can call the function by its URL`);

export const callersAreNamed: Rule = (all) =>
  ofType(all, 'aws:lambda/permission:Permission')
    .filter((one) => !isSite(one) && (text(one, 'principal') === '*' || text(one, 'sourceArn') === ''))
    .map((one) => `${one.name}: does not say who may call the function`);

interface Opening {
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrBlocks?: readonly string[];
  readonly securityGroups?: readonly string[];
}

export const doorsAreShut: Rule = (all) => {
  const balancers = new Set(
    ofType(all, 'aws:lb/loadBalancer:LoadBalancer').flatMap((one) => one.inputs['securityGroups'] as string[]),
  );
  return ofType(all, 'aws:ec2/securityGroup:SecurityGroup').flatMap((group) => {
    const isDoor = balancers.has(`${group.name}-id`);
    return ((group.inputs['ingress'] ?? []) as Opening[])
      .filter(({ cidrBlocks = [], fromPort, toPort }) => {
        const open = cidrBlocks.some((block) => block.endsWith('/0'));
        return open && !(isDoor && fromPort === toPort && [80, 443].includes(fromPort ?? 0));
      })
      .map(({ fromPort, toPort }) => `${group.name}: ports ${fromPort} to ${toPort} are open to the world`);
  });
};

export const wiresAreEncrypted: Rule = (all) => [
  ...ofType(all, 'aws:lb/listener:Listener').flatMap((listener) => {
    const [action] = (listener.inputs['defaultActions'] ?? []) as { type: string; redirect?: { protocol?: string } }[];
    if (listener.inputs['protocol'] === 'HTTPS')
      return text(listener, 'sslPolicy').includes('TLS13') ? [] : [`${listener.name}: takes old versions of TLS`];
    return action?.redirect?.protocol === 'HTTPS' ? [] : [`${listener.name}: serves plain HTTP`];
  }),
  ...ofType(all, 'aws:cloudfront/distribution:Distribution').flatMap((one) => {
    const behavior = one.inputs['defaultCacheBehavior'] as { viewerProtocolPolicy?: string } | undefined;
    return behavior?.viewerProtocolPolicy === 'redirect-to-https' ? [] : [`${one.name}: serves plain HTTP`];
  }),
];

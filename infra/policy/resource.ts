/** A resource as it would be sent to AWS. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A finding, with the resource's name first and what to do last. */
export type Rule = (all: readonly Resource[], context: PolicyContext) => string[];

export interface PolicyContext {
  readonly production: boolean;
  readonly account: string;
  readonly region: string;
}

export const ofType = (all: readonly Resource[], type: string): readonly Resource[] =>
  all.filter((resource) => resource.type === type);

export const text = (resource: Resource, key: string): string => {
  const value = resource.inputs[key];
  return typeof value === 'string' ? value : '';
};

/** What OpenNext and SST make for the site. They are held to fewer rules where a reason is given. */
export const isSite = (resource: Resource): boolean => /^Web([A-Z]|$)/.test(resource.name);

/** The resource's ARN as it follows from its name; undefined for what has none that anything here refers to. */
export function arnOf({ type, name, inputs }: Resource, account: string, region: string): string | undefined {
  const physical = (inputs['name'] ?? inputs['family'] ?? inputs['bucket'] ?? name) as string;
  const regional = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  switch (type) {
    case 'aws:lambda/function:Function':
      return regional('lambda', `function:${physical}`);
    case 'aws:dynamodb/table:Table':
      return regional('dynamodb', `table/${physical}`);
    case 'aws:sqs/queue:Queue':
      return regional('sqs', physical);
    case 'aws:sns/topic:Topic':
      return regional('sns', physical);
    case 'aws:ecs/cluster:Cluster':
      return regional('ecs', `cluster/${physical}`);
    case 'aws:ecs/taskDefinition:TaskDefinition':
      return regional('ecs', `task-definition/${physical}`);
    case 'aws:ecr/repository:Repository':
      return regional('ecr', `repository/${physical}`);
    case 'aws:cloudwatch/logGroup:LogGroup':
      return regional('logs', `log-group:${physical}`);
    case 'aws:kms/key:Key':
      return regional('kms', `key/${physical}`);
    case 'aws:iam/role:Role':
      return `arn:aws:iam::${account}:role/${physical}`;
    case 'aws:s3/bucket:Bucket':
      return `arn:aws:s3:::${physical}`;
    default:
      return undefined;
  }
}

/** The name by which other resources mention it. */
export const physicalName = (resource: Resource): string =>
  text(resource, 'name') || text(resource, 'bucket') || resource.name;

export interface PolicyStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly conditions: unknown;
}

/** Statements of a policy document, from AWS's own form and from that of Pulumi's builder. */
export function statementsIn(document: unknown): PolicyStatement[] {
  const parsed = (typeof document === 'string' ? JSON.parse(document) : document) as { Statement?: unknown };
  return listOf(parsed.Statement).map((one) => {
    const statement = one as Record<string, unknown>;
    const principal = statement['Principal'] ?? statement['principals'];
    return {
      effect: (statement['Effect'] ?? statement['effect'] ?? 'Allow') as string,
      actions: strings(statement['Action'] ?? statement['actions']),
      resources: strings(statement['Resource'] ?? statement['resources']),
      principals: principalsIn(principal),
      conditions: statement['Condition'] ?? statement['conditions'],
    };
  });
}

function principalsIn(principal: unknown): string[] {
  if (principal === undefined) return [];
  if (typeof principal === 'string') return [principal];
  if (Array.isArray(principal))
    return principal.flatMap((one) => strings((one as { identifiers?: unknown }).identifiers));
  return Object.values(principal as object).flatMap(strings);
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
export const strings = (value: unknown): string[] => listOf(value).map(String);

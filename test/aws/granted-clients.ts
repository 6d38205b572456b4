import type { GRANTS } from '../../infra/permissions.ts';
import { GRANTS as grants, statementsOf } from '../../infra/permissions.ts';
import { bucketName, stageArns, stageNames } from '../../infra/names.ts';
import { emulatorClients, type EmulatorClients } from './emulators.ts';

const ACCOUNT = '123456789012';
const names = stageNames('dev');
const arns = stageArns(names, { account: ACCOUNT, region: 'ap-south-1' });
const bucketArn = `arn:aws:s3:::${bucketName(names, ACCOUNT)}`;

export interface Call {
  readonly action: string;
  readonly resource: string;
  /** The operation that was sent, where it is not the action: a transaction needs the actions of its writes. */
  readonly operation?: string;
}

/** Whether a role's statements allow a call, as IAM reads them: exact actions, a star at the end of a resource. */
export function allows(role: keyof typeof GRANTS, { action, resource }: Call): boolean {
  return statementsOf(grants[role], names, arns, bucketArn).some(
    (statement) =>
      statement.Action.includes(action) &&
      statement.Resource.some((pattern) =>
        pattern.endsWith('*') ? resource.startsWith(pattern.slice(0, -1)) : resource === pattern,
      ),
  );
}

type Input = Record<string, unknown>;
const WRITES = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem' };

/** The permissions that a command of the SDK needs. The tables' random names stand for those of stage dev. */
function callsOf(operation: string, input: Input): Call[] {
  return actionsOf(operation, input).map((call) => ({ ...call, operation }));
}

/** A queue of stage dev by its address on the emulator. */
function queueOf(url: string): string {
  const feature = /-features-[a-z]+(?:-dlq)?\.fifo$/.exec(url)?.[0];
  return arns.queue(feature === undefined ? names.billingQueue : `${names.prefix}${feature}`);
}

function actionsOf(command: string, input: Input): Call[] {
  const table = (name: unknown): string =>
    arns.table(/-(product|money|ephemeral)$/.exec(String(name))![1] as 'product');
  const object = `${bucketArn}/${String(input['Key'])}`;
  switch (command) {
    case 'GetItem':
    case 'UpdateItem':
    case 'PutItem':
    case 'DeleteItem':
      return [{ action: `dynamodb:${command}`, resource: table(input['TableName']) }];
    case 'Query': {
      const index = input['IndexName'] === undefined ? '' : `/index/${String(input['IndexName'])}`;
      return [{ action: 'dynamodb:Query', resource: `${table(input['TableName'])}${index}` }];
    }
    case 'TransactWriteItems':
      return (input['TransactItems'] as Record<string, Input>[]).flatMap((entry) =>
        Object.entries(entry).map(([kind, write]) => ({
          action: `dynamodb:${WRITES[kind as keyof typeof WRITES]}`,
          resource: table(write['TableName']),
        })),
      );
    case 'GetObject':
    case 'HeadObject':
      return [{ action: 's3:GetObject', resource: object }];
    case 'PutObject':
    case 'CreateMultipartUpload':
    case 'UploadPart':
    case 'CompleteMultipartUpload':
      return [{ action: 's3:PutObject', resource: object }];
    case 'DeleteObject':
      return [{ action: 's3:DeleteObject', resource: object }];
    case 'ListObjectsV2':
      return [{ action: 's3:ListBucket', resource: bucketArn }];
    case 'GetParameters':
      return (input['Names'] as string[]).map((name) => ({
        action: 'ssm:GetParameters',
        resource: `${arns.secrets.slice(0, -'/*'.length)}/${name.split('/').at(-1)}`,
      }));
    case 'SendMessage':
    case 'ReceiveMessage':
    case 'DeleteMessage':
    case 'ChangeMessageVisibility':
      return [{ action: `sqs:${command}`, resource: queueOf(String(input['QueueUrl'])) }];
    default:
      return [{ action: `unknown:${command}`, resource: '*' }];
  }
}

/** Clients on the emulators that keep what each call would need of its role, since the emulators ask for no permission. */
export function recordingClients(): { clients: EmulatorClients; calls: Call[] } {
  const clients = emulatorClients();
  const calls: Call[] = [];
  for (const client of Object.values(clients)) {
    (client.middlewareStack as { add(middleware: unknown, options: object): void }).add(
      (next: (args: { input: Input }) => unknown, context: { commandName?: string }) => (args: { input: Input }) => {
        calls.push(...callsOf((context.commandName ?? '').replace(/Command$/, ''), args.input));
        return next(args);
      },
      { step: 'initialize', name: 'recordPermissions', override: true },
    );
  }
  return { clients, calls };
}

/** What a role would have been refused, each once. */
export function refused(role: keyof typeof GRANTS, calls: readonly Call[]): string[] {
  const wrong = calls
    .filter((call) => !allows(role, call))
    .map(({ action, resource }) => `${role}: ${action} on ${resource}`);
  return [...new Set(wrong)];
}

/** The call of a function by its name, as a test that stands in for Lambda keeps it. */
export const invocationOf = (physicalName: string): Call => ({
  action: 'lambda:InvokeFunction',
  resource: arns.function('api').replace(names.of('api'), physicalName),
  operation: 'Invoke',
});

/** Every permission of a role, one by one: an action on a table (its indexes with it), an object prefix, a secret … */
function permissionsOf(role: keyof typeof GRANTS): Call[] {
  const each = statementsOf(grants[role], names, arns, bucketArn).flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => ({ action, resource: withoutIndex(resource) }))),
  );
  return [...new Map(each.map((call) => [`${call.action} ${call.resource}`, call])).values()];
}

const withoutIndex = (resource: string): string => resource.replace(/\/index\/\w+$/, '');

/** To read an item and to read several by their key is one right. */
const READS = new Set(['dynamodb:GetItem', 'dynamodb:Query']);
const isSame = (one: string, other: string): boolean => one === other || (READS.has(one) && READS.has(other));

/** What a role may do and was not seen to do: `action on resource`, the resource without what all have in common. */
export function unused(role: keyof typeof GRANTS, calls: readonly Call[]): string[] {
  return permissionsOf(role)
    .filter(
      ({ action, resource }) =>
        !calls.some(
          (call) =>
            isSame(call.action, action) &&
            (resource.endsWith('*')
              ? call.resource.startsWith(resource.slice(0, -1))
              : withoutIndex(call.resource) === resource),
        ),
    )
    .map(({ action, resource }) => `${action} on ${resource.slice(resource.lastIndexOf(':') + 1)}`);
}

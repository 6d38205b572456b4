import { executionRole, taskRole, type ContainerName } from '../names.ts';
import {
  GRANTS,
  policyDocument,
  statementsOf,
  telemetryStatements,
  trustPolicy,
  type Statement,
} from '../permissions.ts';
import type { Deployment } from './deployment.ts';

interface ContainerSpec {
  readonly cpu: number;
  readonly memoryMb: number;
  readonly port?: number;
}

const CONTAINER_PLAN: Readonly<Record<ContainerName | 'live', ContainerSpec>> = {
  // The machine gives the command: stage NAME --run ID.
  task: { cpu: 2048, memoryMb: 4096 },
  // The image does not exist yet (no trainer is built); nothing starts this definition until retrain decides to train.
  trainer: { cpu: 4096, memoryMb: 16384 },
  live: { cpu: 512, memoryMb: 1024, port: 8080 },
};

/** The cluster and its images. Images are pushed before the deployment; a tag is never moved. */
export function containers(deployment: Deployment) {
  const { names } = deployment;
  const cluster = new aws.ecs.Cluster('Cluster', {
    name: names.cluster,
    // Container Insights would cost more than the containers: runs report their own figures.
    settings: [{ name: 'containerInsights', value: 'disabled' }],
  });
  // All of them from the start: an image must be there before what runs it is switched on.
  const images = {
    task: repository(deployment, 'task'),
    trainer: repository(deployment, 'trainer'),
    live: repository(deployment, 'live'),
  };
  const define = (name: ContainerName | 'live') => taskDefinition(deployment, name, images[name]);
  return { cluster, task: define('task'), trainer: define('trainer'), defineLive: () => define('live') };
}
export type Containers = ReturnType<typeof containers>;

type Repository = InstanceType<typeof aws.ecr.Repository>;

function repository({ config, names }: Deployment, name: string): Repository {
  const made = new aws.ecr.Repository(`Images-${name}`, {
    name: names.of(name),
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [{ encryptionType: 'AES256' }],
    forceDelete: !config.production,
  });
  new aws.ecr.LifecyclePolicy(`Images-${name}-kept`, {
    repository: made.name,
    policy: JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          description: 'ten images to roll back to',
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
          action: { type: 'expire' },
        },
      ],
    }),
  });
  return made;
}

function taskDefinition(deployment: Deployment, name: ContainerName | 'live', images: Repository) {
  const { account, arns, bucketArn, config, environment, names } = deployment;
  const { cpu, memoryMb, port } = CONTAINER_PLAN[name];
  const logGroup = `/aws/ecs/${names.of(name)}`;
  new aws.cloudwatch.LogGroup(`Logs-${name}-container`, { name: logGroup, retentionInDays: config.logRetentionDays });
  const logArn = `arn:aws:logs:${config.region}:${account}:log-group:${logGroup}`;
  const role = (id: string, roleName: string, statements: readonly Statement[]) =>
    new aws.iam.Role(id, {
      name: names.of(roleName),
      assumeRolePolicy: trustPolicy('ecs-tasks.amazonaws.com', account),
      inlinePolicies: [{ name: 'grant', policy: policyDocument(statements) }],
    });
  const running = role(`Role-${name}-container`, taskRole(name), [
    ...statementsOf(GRANTS[`${name}-container`], names, arns, bucketArn),
    ...telemetryStatements(logArn),
  ]);
  const starting = role(`Role-${name}-start`, executionRole(name), [
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: [`${logArn}:*`] },
    {
      Effect: 'Allow',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      Resource: [`arn:aws:ecr:${config.region}:${account}:repository/${names.of(name)}`],
    },
    // Signing in to the registry has no resource to name.
    { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
  ]);
  return new aws.ecs.TaskDefinition(`Task-${name}`, {
    family: names.of(name),
    cpu: String(cpu),
    memory: String(memoryMb),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    taskRoleArn: running.arn,
    executionRoleArn: starting.arn,
    containerDefinitions: images.repositoryUrl.apply((url) =>
      JSON.stringify([
        {
          name,
          image: `${url}:${config.imageTag}`,
          essential: true,
          ...(port === undefined ? {} : { portMappings: [{ containerPort: port, protocol: 'tcp' }] }),
          environment: Object.entries({ ...environment, ...(port === undefined ? {} : { PORT: String(port) }) }).map(
            ([key, value]) => ({ name: key, value }),
          ),
          // Time to finish the stage in hand, or to close the sockets.
          stopTimeout: 60,
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': logGroup, 'awslogs-region': config.region, 'awslogs-stream-prefix': name },
          },
        },
      ]),
    ),
  });
}

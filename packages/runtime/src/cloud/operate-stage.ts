import { makeAwsClients } from '@aion/adapters/aws/clients';
import { checkDeployment, type DeploymentFinding } from '@aion/adapters/aws/deployment-check';
import { openSqsQueue, makeSqsClient } from '@aion/adapters/aws/open-queue';
import { loadOwnSecret } from '@aion/adapters/aws/own-secrets';
import type { Queue } from '@aion/core';
import { errorMessage, isAppError } from '@aion/core';
import { composeCloud, type Cloud } from './compose-cloud.ts';
import { OPTIONAL_SECRETS, parseCloudEnvironment, SECRET_NAMES } from './environment.ts';
import { lakeTools } from './lake-tools.ts';
import { readStageVariables } from './stage-variables.ts';

/** A stage on AWS as an operator's command line sees it, with the operator's own credentials. */
export interface OperatedStage {
  readonly host: Cloud;
  billingQueue(): Queue;
  check(): Promise<readonly DeploymentFinding[]>;
}

/**
 * Opens a stage by the JSON file of variables that its deployment put out. Throws AppError(bad_input) for a file that names no region or is
 * of another version of the infrastructure.
 *
 * @example const findings = await openStage('aion-dev.json').check();
 */
export function openStage(variablesPath: string): OperatedStage {
  const variables = readStageVariables(variablesPath);
  // Before any client is made: a file that names no region must say so, not fail in the SDK.
  const environment = parseCloudEnvironment(variables);
  const clients = makeAwsClients(environment.AWS_REGION);
  const host = composeCloud(variables, clients, lakeTools);
  const queue = {
    queueUrl: environment.AION_BILLING_QUEUE_URL,
    deadLetterUrl: environment.AION_BILLING_DLQ_URL,
  };
  return {
    host,
    billingQueue: () => openSqsQueue({ region: environment.AWS_REGION, ...queue }),
    async check() {
      const findings = await checkDeployment(
        { ...clients, sqs: makeSqsClient(environment.AWS_REGION) },
        {
          region: environment.AWS_REGION,
          tables: {
            product: environment.AION_TABLE_PRODUCT,
            money: environment.AION_TABLE_MONEY,
            ephemeral: environment.AION_TABLE_EPHEMERAL,
          },
          recoverable: ['product', 'money'],
          bucket: environment.AION_OBJECTS_BUCKET,
          queues: [{ name: 'billing', ...queue }],
        },
        host.clock,
      );
      const secrets = await Promise.all(
        SECRET_NAMES.map(async (name): Promise<DeploymentFinding> => {
          try {
            await loadOwnSecret(environment.AWS_REGION, environment.AION_SECRETS_PATH, name);
            return { name: `secret ${name}`, ok: true, detail: 'set' };
          } catch (error) {
            const optional = isAppError(error, 'missing_data') ? OPTIONAL_SECRETS[name] : undefined;
            return {
              name: `secret ${name}`,
              ok: optional !== undefined,
              detail: optional === undefined ? errorMessage(error) : `${optional} (${errorMessage(error)})`,
            };
          }
        }),
      );
      const { known, active, problem, reason } = await host.kill.read();
      const kill = {
        name: 'kill switch',
        ok: known,
        detail: known ? (active ? `ON: ${reason}` : 'off') : `unknown, treated as on: ${problem}`,
      };
      return [...findings, ...secrets, kill];
    },
  };
}

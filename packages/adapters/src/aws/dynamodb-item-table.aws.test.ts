import { itemTableContract } from '../../../core/test/contract-suites/item-table.ts';
import { createTables, emulatorClients } from '../../../../test/aws/emulators.ts';
import { makeDynamoItemTable } from './dynamodb-item-table.ts';

const { dynamodb } = emulatorClients();

itemTableContract('DynamoDB', async (clock) =>
  makeDynamoItemTable({ client: dynamodb, tables: await createTables(dynamodb), clock }),
);

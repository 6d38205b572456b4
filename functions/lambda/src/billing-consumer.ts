import { makeBillingConsumer } from '@aion/runtime/cloud/billing-functions';

export const handler = makeBillingConsumer();

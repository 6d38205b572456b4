import { makeBillingReconcile } from '@aion/runtime/cloud/billing-functions';

export const handler = makeBillingReconcile();

import { BootstraplessSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';

/** No bootstrap stack in the account: the templates carry no assets and are deployed inline by the other half. */
export const bootstrapless = (): IStackSynthesizer => new BootstraplessSynthesizer() as IStackSynthesizer;

import { callersAreNamed, doorsAreShut, rolesAreNarrow, urlsAreClosed, wiresAreEncrypted } from './access-rules.ts';
import {
  bucketsAreSafe,
  imagesAreScanned,
  keysRotate,
  lakeNeverExpires,
  outputsLeadSomewhere,
  queuesAreSafe,
  tablesAreSafe,
  topicsAreSafe,
} from './data-rules.ts';
import { typesAreKnown } from './known-types.ts';
import { referencesExist } from './reference-rules.ts';
import { answersAreDressed, errorsAreNotKept, viewersAreNamed } from './site-rules.ts';
import type { PolicyContext, Resource, Rule } from './resource.ts';
import {
  consumersReportEach,
  containersAreComplete,
  functionsAreComplete,
  logsEnd,
  schedulesAreComplete,
  someoneHears,
  stacksFit,
} from './running-rules.ts';

/** What every resource of every stage is held to. cdk-nag sees only the CloudFormation stacks; this sees all. */
export const RULES = {
  typesAreKnown,
  tablesAreSafe,
  bucketsAreSafe,
  outputsLeadSomewhere,
  lakeNeverExpires,
  queuesAreSafe,
  topicsAreSafe,
  keysRotate,
  imagesAreScanned,
  rolesAreNarrow,
  urlsAreClosed,
  callersAreNamed,
  doorsAreShut,
  wiresAreEncrypted,
  answersAreDressed,
  errorsAreNotKept,
  viewersAreNamed,
  functionsAreComplete,
  containersAreComplete,
  logsEnd,
  schedulesAreComplete,
  consumersReportEach,
  stacksFit,
  someoneHears,
  referencesExist,
} as const satisfies Readonly<Record<string, Rule>>;

/** Everything that is wrong with a rendered stage; empty when nothing is. */
export function policyProblems(all: readonly Resource[], context: PolicyContext): string[] {
  return Object.values(RULES).flatMap((rule) => rule(all, context));
}

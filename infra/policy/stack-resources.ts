import { resolveValue } from '../machines/resolve-template.ts';
import { ofType, text, type PolicyContext, type Resource } from './resource.ts';

export interface StackResource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** What the CloudFormation stacks of a stage hold, references resolved with the parameters that the stack is given. */
export function stackResources(all: readonly Resource[], { account, region }: PolicyContext): StackResource[] {
  return ofType(all, 'aws:cloudformation/stack:Stack').flatMap((stack) => {
    const references = {
      'AWS::AccountId': account,
      'AWS::Region': region,
      ...(stack.inputs['parameters'] as Record<string, string> | undefined),
    };
    const { Resources } = JSON.parse(text(stack, 'templateBody')) as {
      Resources: Record<string, Omit<StackResource, 'id'>>;
    };
    return Object.entries(Resources).map(([id, one]) => ({
      id: `${stack.name}/${id}`,
      Type: one.Type,
      Properties: resolveValue(one.Properties, references) as Record<string, unknown>,
    }));
  });
}

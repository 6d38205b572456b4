import { longestRunS } from './longest-run.ts';
import type { Definition, State } from './states.ts';

interface AnyTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>
  >;
}

/** What is wrong with a machine's definition; empty when nothing is. */
export function machineProblems(definition: Definition): string[] {
  const problems = 'TimeoutSeconds' in definition ? [] : ['the machine: no TimeoutSeconds'];
  const longestS = longestRunS(definition.States);
  if (definition.TimeoutSeconds < longestS)
    problems.push(`the machine: is cut off after ${definition.TimeoutSeconds} s, its tasks may take ${longestS} s`);
  const reached = new Set([definition.StartAt]);
  const known = Object.keys(definition.States);
  for (const [name, state] of Object.entries(definition.States)) {
    problems.push(...stateProblems(name, state, false));
    for (const next of nextOf(state)) {
      reached.add(next);
      if (!known.includes(next)) problems.push(`${name}: leads to ${next}, which does not exist`);
    }
  }
  return [...problems, ...known.filter((name) => !reached.has(name)).map((name) => `${name}: nothing leads to it`)];
}

/** `caught`: a Map around the state catches for it. */
function stateProblems(name: string, state: State, caught: boolean): string[] {
  const problems: string[] = [];
  if (state['QueryLanguage'] === 'JSONata' || 'Arguments' in state || 'Output' in state)
    problems.push(`${name}: JSONata`);
  if (state.Type === 'Task') {
    for (const field of ['Retry', 'TimeoutSeconds', ...(caught ? [] : ['Catch'])])
      if (!(field in state)) problems.push(`${name}: no ${field}`);
  }
  if (state.Type === 'Map') {
    const inner = (state['ItemProcessor'] as Pick<Definition, 'States'>).States;
    for (const [nested, one] of Object.entries(inner)) problems.push(...stateProblems(nested, one, 'Catch' in state));
    if (!('Catch' in state)) problems.push(`${name}: no Catch`);
  }
  return problems;
}

function nextOf(state: State): string[] {
  const rules = [
    ...((state['Choices'] ?? []) as { Next: string }[]),
    ...((state['Catch'] ?? []) as { Next: string }[]),
  ];
  const single = [state['Next'], state['Default']].filter((next): next is string => typeof next === 'string');
  return [...single, ...rules.map((rule) => rule.Next)];
}

/** What is wrong with a template beyond what cdk-nag knows; empty when nothing is. */
export function templateProblems(template: AnyTemplate): string[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type === 'AWS::CloudWatch::Alarm') return alarmProblems(id, Properties);
    if (Type === 'AWS::StepFunctions::StateMachine') return wiringProblems(id, Properties);
    if (Type === 'AWS::Logs::LogGroup' && Properties['RetentionInDays'] === undefined)
      return [`${id}: logs are kept for ever`];
    return [];
  });
}

function alarmProblems(id: string, properties: Record<string, unknown>): string[] {
  const actions = properties['AlarmActions'];
  return [
    ...(Array.isArray(actions) && actions.length > 0 ? [] : [`${id}: an alarm without an action reaches nobody`]),
    ...(typeof properties['AlarmDescription'] === 'string' ? [] : [`${id}: an alarm that does not say what it means`]),
    ...(properties['TreatMissingData'] === undefined ? [`${id}: does not say what silence means`] : []),
  ];
}

function wiringProblems(id: string, properties: Record<string, unknown>): string[] {
  const tracing = properties['TracingConfiguration'] as { Enabled?: boolean } | undefined;
  return [
    ...(tracing?.Enabled === true ? [] : [`${id}: no tracing`]),
    ...(properties['LoggingConfiguration'] === undefined ? [`${id}: no logs`] : []),
  ];
}

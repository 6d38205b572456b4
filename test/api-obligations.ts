import { Problem } from '@aion/contracts';

/** What is read of the document that the API gives of itself. */
export interface ApiDocument {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly responses: Readonly<Record<string, unknown>>;
            readonly parameters?: readonly { readonly in: string; readonly name: string }[];
            readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, unknown>> };
          }
        >
      >
    >
  >;
}

/** Routes that ask for no token. */
const PUBLIC = new Set(['GET /v1/health', 'GET /v1/health/live', 'POST /v1/demo/open', 'POST /v1/first-admin']);
/** It answers whatever else its address asks. */
const UNLIMITED = 'GET /v1/health/live';

/** The statuses that a route must be seen to answer with: those that it declares, and those that follow from what it takes. */
export function owedStatuses(document: ApiDocument, route: string): number[] {
  const [method = '', path = ''] = route.split(' ');
  const { responses, parameters = [], requestBody } = document.paths[path]![method.toLowerCase()]!;
  const takes = (place: string, name?: string): boolean =>
    parameters.some((one) => one.in === place && (name === undefined || one.name === name));
  const takesJson = requestBody?.required === true && 'application/json' in requestBody.content;
  const owed = [
    ...Object.keys(responses).map(Number).filter(Number.isInteger),
    ...(PUBLIC.has(route) ? [] : [401, 403]),
    ...(takes('query') || requestBody !== undefined ? [400] : []),
    ...(takes('path') ? [404] : []),
    ...(takesJson ? [413, 415] : []),
    ...(takes('header', 'idempotency-key') ? [409, 422] : []),
    ...(route === UNLIMITED ? [] : [429]),
  ];
  return [...new Set(owed)].toSorted((a, b) => a - b);
}

/** What a refusal lacks: every one is a problem with its code, and the id under which the log has its request. */
export function wrongWith(response: Response, text: string): string[] {
  const type = response.headers.get('content-type');
  if (type !== 'application/problem+json') return [`it is ${type}, not a problem`];
  const { data: problem, error } = Problem.safeParse(JSON.parse(text));
  if (problem === undefined) return [`it is no problem: ${error?.message}`];
  const requestId = response.headers.get('x-request-id');
  return [
    ...(problem.status === response.status ? [] : [`it says ${problem.status} and is ${response.status}`]),
    ...(problem.type === `urn:aion:problem:${problem.code}`
      ? []
      : [`its type is ${problem.type}, its code ${problem.code}`]),
    ...(requestId !== null && problem.correlationId === requestId
      ? []
      : [`its correlationId is ${problem.correlationId}, the header's ${requestId}`]),
  ];
}

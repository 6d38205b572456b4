import { createHash } from 'node:crypto';
import { BARE_POLICY, SECURITY_HEADERS } from '../../web/src/security-headers.ts';
import { edgeFunction, KEPT_ERRORS } from '../edge-function.ts';
import { isSite, ofType, physicalName, text, type Resource, type Rule } from './resource.ts';

interface Behaviour {
  readonly responseHeadersPolicyId?: string;
  readonly functionAssociations?: readonly { readonly eventType: string; readonly functionArn: string }[];
}

const behavioursOf = ({ inputs }: Resource): Behaviour[] =>
  [inputs['defaultCacheBehavior'], ...((inputs['orderedCacheBehaviors'] ?? []) as unknown[])] as Behaviour[];

/** Files of the site come from a bucket, which puts no headers on them: the distribution has to. */
export const answersAreDressed: Rule = (all) =>
  ofType(all, 'aws:cloudfront/distribution:Distribution').flatMap((site) =>
    behavioursOf(site).flatMap(({ responseHeadersPolicyId: id }) => {
      const policy = ofType(all, 'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy').find(
        ({ name }) => `${name}-id` === id,
      );
      if (policy === undefined) return [`${site.name}: adds no security headers to what comes from the bucket`];
      const given = headersOf(policy);
      return Object.entries({ ...SECURITY_HEADERS, ...LEAST })
        .filter(([name, value]) => given[name] !== value)
        .map(([name]) => `${policy.name}: lacks ${name}`);
    }),
  );

/** A page's own policy of content stands above the bare one, and a year of https above whatever the site says. */
const LEAST = {
  'strict-transport-security': 'for a year',
  'content-security-policy': `${BARE_POLICY} where there is none`,
};

function headersOf({ inputs }: Resource): Readonly<Record<string, string | undefined>> {
  const security = (inputs['securityHeadersConfig'] ?? {}) as Readonly<
    Record<string, Readonly<Record<string, unknown>> | undefined>
  >;
  const { items = [] } = (inputs['customHeadersConfig'] ?? {}) as { items?: { header: string; value: string }[] };
  return {
    ...Object.fromEntries(items.map(({ header, value }) => [header, value])),
    'x-content-type-options': security['contentTypeOptions']?.['override'] === true ? 'nosniff' : undefined,
    'x-frame-options': security['frameOptions']?.['frameOption'] as string | undefined,
    'referrer-policy': security['referrerPolicy']?.['referrerPolicy'] as string | undefined,
    'strict-transport-security': isYearOfHttps(security['strictTransportSecurity']) ? 'for a year' : undefined,
    'content-security-policy':
      security['contentSecurityPolicy']?.['override'] === false
        ? `${String(security['contentSecurityPolicy']['contentSecurityPolicy'])} where there is none`
        : undefined,
  };
}

const isYearOfHttps = (given: Readonly<Record<string, unknown>> | undefined): boolean =>
  given?.['override'] === true && Number(given['accessControlMaxAgeSec']) >= 31_536_000;

/** What CloudFront keeps of an error it gives to whoever asks next: a member's page and session among it. */
export const errorsAreNotKept: Rule = (all) =>
  ofType(all, 'aws:cloudfront/distribution:Distribution').flatMap(({ name, inputs }) => {
    const told = (inputs['customErrorResponses'] ?? []) as { errorCode: number; errorCachingMinTtl?: number }[];
    return KEPT_ERRORS.filter(
      (status) => told.find(({ errorCode }) => errorCode === status)?.errorCachingMinTtl !== 0,
    ).map((status) => `${name}: keeps answers of status ${status} and gives them to others`);
  });

/** What CloudFront takes. */
const EDGE_LIMIT_BYTES = 10_240;

/** The edge says whose a request is, and site and API know by one secret that the edge says so. */
export const viewersAreNamed: Rule = (all) => {
  const sites = ofType(all, 'aws:cloudfront/distribution:Distribution');
  const functions = ofType(all, 'aws:lambda/function:Function');
  const open = ofType(all, 'aws:lambda/functionUrl:FunctionUrl').filter(
    (url) => isSite(url) && text(url, 'authorizationType') !== 'AWS_IAM',
  );
  if (sites.length === 0) return open.map(({ name }) => `${name}: nothing stands in front of it`);
  const servers = functions.filter((one) => open.some((url) => text(url, 'functionName') === physicalName(one)));
  const secrets = servers.map(secretOf);
  const api = functions.find(({ name }) => name === 'Function-api');
  const digest = createHash('sha256')
    .update(secrets[0] ?? '')
    .digest('hex');
  return [
    ...(secrets.length > 0 && secrets.every((secret) => secret !== '' && secret === secrets[0])
      ? []
      : ["site: knows no door's secret, so that anybody may call it past CloudFront"]),
    ...(api !== undefined && variablesOf(api)['AION_DOOR_DIGEST'] === digest
      ? []
      : ["Function-api: does not know the site's secret, so that all who come through the site share one address"]),
    ...sites.flatMap((site) =>
      behavioursOf(site).flatMap(({ functionAssociations = [] }) => {
        const edge = ofType(all, 'aws:cloudfront/function:Function').find((one) =>
          functionAssociations.some(
            ({ eventType, functionArn }) => eventType === 'viewer-request' && functionArn.endsWith(`:${one.name}`),
          ),
        );
        if (edge === undefined) return [`${site.name}: nothing says whose a request is`];
        const code = text(edge, 'code');
        return [
          ...(code.replace(/\s+/g, ' ').includes(firstLines(secrets[0] ?? ''))
            ? []
            : [`${edge.name}: does not say whose a request is`]),
          ...(Buffer.byteLength(code) <= EDGE_LIMIT_BYTES
            ? []
            : [`${edge.name}: longer than ${EDGE_LIMIT_BYTES} bytes, which CloudFront refuses`]),
        ];
      }),
    ),
  ];
};

/** The function's beginning: what comes after an early return says nothing. */
const firstLines = (secret: string): string =>
  `async function handler(event) { ${edgeFunction(secret)}`.replace(/\s+/g, ' ');
const variablesOf = ({ inputs }: Resource): Readonly<Record<string, string | undefined>> =>
  (inputs['environment'] as { variables?: Record<string, string> } | undefined)?.variables ?? {};
const secretOf = (one: Resource): string => variablesOf(one)['AION_DOOR_SECRET'] ?? '';

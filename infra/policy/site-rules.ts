import { createHash } from 'node:crypto';
import { SECURITY_HEADERS } from '../../web/src/security-headers.ts';
import { edgeFunction } from '../edge-function.ts';
import { isSite, ofType, text, type Resource, type Rule } from './resource.ts';

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
      return Object.entries({ ...SECURITY_HEADERS, 'strict-transport-security': 'max-age' })
        .filter(([name, value]) => given[name]?.startsWith(value) !== true)
        .map(([name]) => `${policy.name}: lacks ${name}`);
    }),
  );

function headersOf({ inputs }: Resource): Readonly<Record<string, string | undefined>> {
  const security = (inputs['securityHeadersConfig'] ?? {}) as Readonly<
    Record<string, Readonly<Record<string, unknown>> | undefined>
  >;
  const { items = [] } = (inputs['customHeadersConfig'] ?? {}) as { items?: { header: string; value: string }[] };
  return {
    ...Object.fromEntries(items.map(({ header, value }) => [header, value])),
    'x-content-type-options': security['contentTypeOptions'] === undefined ? undefined : 'nosniff',
    'x-frame-options': security['frameOptions']?.['frameOption'] as string | undefined,
    'referrer-policy': security['referrerPolicy']?.['referrerPolicy'] as string | undefined,
    'strict-transport-security': security['strictTransportSecurity'] === undefined ? undefined : 'max-age',
  };
}

/** What CloudFront takes. */
const EDGE_LIMIT_BYTES = 10_240;

/** The edge says whose a request is, and site and API know by one secret that the edge says so. */
export const viewersAreNamed: Rule = (all) => {
  const sites = ofType(all, 'aws:cloudfront/distribution:Distribution');
  if (sites.length === 0) return [];
  const functions = ofType(all, 'aws:lambda/function:Function');
  const secrets = functions.filter((one) => isSite(one) && 'AION_API_URL' in variablesOf(one)).map(secretOf);
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
          ...(code.includes(edgeFunction(secrets[0] ?? '')) ? [] : [`${edge.name}: does not say whose a request is`]),
          ...(Buffer.byteLength(code) <= EDGE_LIMIT_BYTES
            ? []
            : [`${edge.name}: longer than ${EDGE_LIMIT_BYTES} bytes, which CloudFront refuses`]),
        ];
      }),
    ),
  ];
};

const variablesOf = ({ inputs }: Resource): Readonly<Record<string, string | undefined>> =>
  (inputs['environment'] as { variables?: Record<string, string> } | undefined)?.variables ?? {};
const secretOf = (one: Resource): string => variablesOf(one)['AION_DOOR_SECRET'] ?? '';

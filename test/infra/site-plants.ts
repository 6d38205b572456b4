import { createHash } from 'node:crypto';
import { edgeFunction } from '../../infra/edge-function.ts';
import type { RULES } from '../../infra/policy/policy.ts';
import type { Resource } from '../../infra/policy/resource.ts';
import { SECURITY_HEADERS } from '../../web/src/security-headers.ts';

const SECRET = 'the secret of this deployment';

const make = (type: string, name: string, inputs: Record<string, unknown>): Resource => ({ type, name, inputs });

interface Changes {
  readonly behaviour?: object;
  readonly headers?: object;
  readonly distribution?: object;
  readonly code?: string;
}

/** A distribution with its headers and its function at the edge, as they should be but for what is changed. */
function site({ behaviour, headers, distribution, code }: Changes = {}): Resource[] {
  const { 'x-frame-options': frameOption, 'referrer-policy': referrerPolicy, ...others } = SECURITY_HEADERS;
  return [
    make('aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy', 'Headers', {
      securityHeadersConfig: {
        contentTypeOptions: { override: true },
        frameOptions: { frameOption },
        referrerPolicy: { referrerPolicy },
        strictTransportSecurity: {},
      },
      customHeadersConfig: { items: Object.entries(others).map(([header, value]) => ({ header, value })) },
      ...headers,
    }),
    make('aws:cloudfront/function:Function', 'Edge', { code: code ?? `async function handler() { ${edge()} }` }),
    make('aws:cloudfront/distribution:Distribution', 'Site', {
      defaultCacheBehavior: {
        responseHeadersPolicyId: 'Headers-id',
        functionAssociations: [{ eventType: 'viewer-request', functionArn: 'arn:aws:cloudfront::1:Edge' }],
        ...behaviour,
      },
      ...distribution,
    }),
  ];
}
const edge = (): string => edgeFunction(SECRET);

const serverOf = (secret: string | undefined): Resource =>
  make('aws:lambda/function:Function', 'WebServer', {
    environment: { variables: { AION_API_URL: 'https://api', AION_DOOR_SECRET: secret } },
  });
const apiOf = (secret: string): Resource =>
  make('aws:lambda/function:Function', 'Function-api', {
    environment: { variables: { AION_DOOR_DIGEST: createHash('sha256').update(secret).digest('hex') } },
  });
const whole = (changes?: Changes): Resource[] => [...site(changes), serverOf(SECRET), apiOf(SECRET)];

export const SITE_PLANTED: readonly [rule: keyof typeof RULES, what: string, resources: Resource[], message: string][] =
  [
    [
      'answersAreDressed',
      'bare files',
      site({ behaviour: { responseHeadersPolicyId: undefined } }),
      'no security headers',
    ],
    [
      'answersAreDressed',
      'another header missing',
      site({ headers: { customHeadersConfig: {} } }),
      'lacks permissions-policy',
    ],
    [
      'answersAreDressed',
      'none of the known ones',
      site({ headers: { securityHeadersConfig: {} } }),
      'lacks x-frame-options',
    ],
    [
      'answersAreDressed',
      'a path apart from the others',
      site({ distribution: { orderedCacheBehaviors: [{ pathPattern: '/_next/*' }] } }),
      'no security headers',
    ],
    [
      'viewersAreNamed',
      'no function at the edge',
      whole({ behaviour: { functionAssociations: [] } }),
      'nothing says whose',
    ],
    [
      'viewersAreNamed',
      'an edge that says nothing',
      whole({ code: 'async function handler() {}' }),
      'does not say whose',
    ],
    ['viewersAreNamed', 'an edge too long', whole({ code: edge() + ' '.repeat(10_240) }), 'longer than 10240'],
    ['viewersAreNamed', 'a site open past its edge', [...site(), serverOf(undefined), apiOf('')], "no door's secret"],
    [
      'viewersAreNamed',
      'an API of another secret',
      [...site(), serverOf(SECRET), apiOf('x')],
      'does not know the site',
    ],
    ['viewersAreNamed', 'no API that knows it', [...site(), serverOf(SECRET)], 'does not know the site'],
  ];

export const SITE_GOOD: readonly [keyof typeof RULES, Resource[]][] = [
  ['answersAreDressed', whole()],
  ['viewersAreNamed', whole()],
];

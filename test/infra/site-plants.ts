import { createHash } from 'node:crypto';
import { edgeFunction, KEPT_ERRORS } from '../../infra/edge-function.ts';
import type { RULES } from '../../infra/policy/policy.ts';
import type { Resource } from '../../infra/policy/resource.ts';
import { BARE_POLICY, SECURITY_HEADERS } from '../../web/src/security-headers.ts';

const SECRET = 'the secret of this deployment';

const make = (type: string, name: string, inputs: Record<string, unknown>): Resource => ({ type, name, inputs });

interface Changes {
  readonly behaviour?: object;
  readonly headers?: object;
  readonly security?: object;
  readonly distribution?: object;
  readonly code?: string;
}

/** A distribution with its headers and its function at the edge, as they should be but for what is changed. */
function site({ behaviour, headers, security, distribution, code }: Changes = {}): Resource[] {
  const { 'x-frame-options': frameOption, 'referrer-policy': referrerPolicy, ...others } = SECURITY_HEADERS;
  return [
    make('aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy', 'Headers', {
      securityHeadersConfig: {
        contentTypeOptions: { override: true },
        frameOptions: { frameOption },
        referrerPolicy: { referrerPolicy },
        strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
        contentSecurityPolicy: { contentSecurityPolicy: BARE_POLICY, override: false },
        ...security,
      },
      customHeadersConfig: { items: Object.entries(others).map(([header, value]) => ({ header, value })) },
      ...headers,
    }),
    make('aws:cloudfront/function:Function', 'Edge', { code: code ?? `async function handler(event) { ${edge()} }` }),
    make('aws:cloudfront/distribution:Distribution', 'Site', {
      defaultCacheBehavior: {
        responseHeadersPolicyId: 'Headers-id',
        functionAssociations: [{ eventType: 'viewer-request', functionArn: 'arn:aws:cloudfront::1:Edge' }],
        ...behaviour,
      },
      customErrorResponses: KEPT_ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
      ...distribution,
    }),
  ];
}
const edge = (): string => edgeFunction(SECRET);

const serverOf = (secret: string | undefined): Resource[] => [
  make('aws:lambda/function:Function', 'WebServer', {
    environment: { variables: { AION_API_URL: 'https://api', AION_DOOR_SECRET: secret } },
  }),
  make('aws:lambda/functionUrl:FunctionUrl', 'WebServerUrl', { functionName: 'WebServer', authorizationType: 'NONE' }),
];
const resizerOf = (authorizationType: string): Resource[] => [
  make('aws:lambda/function:Function', 'WebResizer', {}),
  make('aws:lambda/functionUrl:FunctionUrl', 'WebResizerUrl', { functionName: 'WebResizer', authorizationType }),
];
const apiOf = (secret: string): Resource =>
  make('aws:lambda/function:Function', 'Function-api', {
    environment: { variables: { AION_DOOR_DIGEST: createHash('sha256').update(secret).digest('hex') } },
  });
const whole = (changes?: Changes): Resource[] => [
  ...site(changes),
  ...serverOf(SECRET),
  ...resizerOf('AWS_IAM'),
  apiOf(SECRET),
];

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
      'answersAreDressed',
      'no policy of content',
      site({ security: { contentSecurityPolicy: undefined } }),
      'lacks content-security-policy',
    ],
    [
      'answersAreDressed',
      'a policy of content over that of the pages',
      site({ security: { contentSecurityPolicy: { contentSecurityPolicy: BARE_POLICY, override: true } } }),
      'lacks content-security-policy',
    ],
    [
      'answersAreDressed',
      'https for a moment',
      site({ security: { strictTransportSecurity: { accessControlMaxAgeSec: 0, override: true } } }),
      'lacks strict-transport-security',
    ],
    [
      'answersAreDressed',
      'https that the site may take back',
      site({ security: { strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: false } } }),
      'lacks strict-transport-security',
    ],
    [
      'errorsAreNotKept',
      'errors as CloudFront keeps them',
      site({ distribution: { customErrorResponses: [] } }),
      '404',
    ],
    [
      'errorsAreNotKept',
      'one of them',
      site({
        distribution: {
          customErrorResponses: KEPT_ERRORS.slice(1).map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
        },
      }),
      'status 400',
    ],
    [
      'errorsAreNotKept',
      'errors kept for a second',
      site({
        distribution: { customErrorResponses: KEPT_ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })) },
      }),
      'status 504',
    ],
    [
      'viewersAreNamed',
      'an edge that answers first',
      whole({ code: `async function handler(event) { if (event.x) return event.request; ${edge()} }` }),
      'does not say whose',
    ],
    [
      'viewersAreNamed',
      'an edge that says it in a comment',
      whole({ code: `async function handler(event) { /* ${edge()} */ }` }),
      'does not say whose',
    ],
    ['viewersAreNamed', 'a site without a distribution', serverOf(SECRET), 'nothing stands in front'],
    ['viewersAreNamed', 'a second function open to all', [...whole(), ...resizerOf('NONE')], "no door's secret"],
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
    [
      'viewersAreNamed',
      'a site open past its edge',
      [...site(), ...serverOf(undefined), apiOf('')],
      "no door's secret",
    ],
    [
      'viewersAreNamed',
      'an API of another secret',
      [...site(), ...serverOf(SECRET), apiOf('x')],
      'does not know the site',
    ],
    ['viewersAreNamed', 'no API that knows it', [...site(), ...serverOf(SECRET)], 'does not know the site'],
  ];

export const SITE_GOOD: readonly [keyof typeof RULES, Resource[]][] = [
  ['answersAreDressed', whole()],
  ['errorsAreNotKept', whole()],
  ['viewersAreNamed', whole()],
];

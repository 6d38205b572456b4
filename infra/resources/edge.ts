import { createHash } from 'node:crypto';
import { BARE_POLICY, SECURITY_HEADERS } from '../../web/src/security-headers.ts';
import { edgeFunction, KEPT_ERRORS } from '../edge-function.ts';
import type { Deployment } from './deployment.ts';

/** Another number makes another secret at the next deployment. */
const DOOR_SECRET_VERSION = 1;

/**
 * The secret that the edge of the site shares with the site and the API: by it the API believes whose request the site passes on, and
 * the site's function, which anybody may call at its own address, answers CloudFront alone. The API needs to recognise it only, so it
 * is given the digest.
 */
export async function door() {
  // Only when a stage is made: SST reads the configuration, which leads here, before it has installed any provider.
  const { RandomBytes } = await import('@pulumi/random');
  const { base64 } = new RandomBytes('DoorSecret', {
    length: 32,
    keepers: { version: String(DOOR_SECRET_VERSION) },
  });
  return {
    secret: base64,
    digest: base64.apply((secret) => createHash('sha256').update(secret).digest('hex')),
    edgeFunction: base64.apply(edgeFunction),
  };
}
export type Door = Awaited<ReturnType<typeof door>>;

/**
 * No answer of an error is kept at the edge: one member's page of an error names them and may carry their renewed session, and cookies
 * are no part of what CloudFront tells requests apart by. Whatever `cache-control` says counts for other answers only, unless the least
 * time of errors is 0.
 */
export const uncachedErrors = () => KEPT_ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 }));

/**
 * What every answer of the site carries, whoever gives it: files come from a bucket, which adds nothing. A page's own policy of content
 * stands above the bare one.
 */
export function answerHeaders({ names }: Deployment) {
  const {
    'x-content-type-options': _nosniff,
    'x-frame-options': frames,
    'referrer-policy': referrer,
    ...others
  } = SECURITY_HEADERS;
  return new aws.cloudfront.ResponseHeadersPolicy('SiteHeaders', {
    name: names.of('site-headers'),
    comment: 'What every answer of the site carries',
    securityHeadersConfig: {
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: frames, override: true },
      referrerPolicy: { referrerPolicy: referrer, override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, includeSubdomains: true, override: true },
      contentSecurityPolicy: { contentSecurityPolicy: BARE_POLICY, override: false },
    },
    customHeadersConfig: {
      items: Object.entries(others).map(([header, value]) => ({ header, value, override: true })),
    },
  });
}

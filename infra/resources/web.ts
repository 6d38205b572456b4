import { trustPolicy } from '../permissions.ts';
import type { Api } from './api.ts';
import type { Deployment } from './deployment.ts';
import { answerHeaders, uncachedErrors, type Door } from './edge.ts';

/**
 * The site by OpenNext. Its pages are made per request and nothing is revalidated, so `infra/open-next.config.ts` leaves out the
 * queue, the tables and the functions of incremental regeneration.
 */
export function web(deployment: Deployment, api: Api, door: Door) {
  const { config } = deployment;
  const headers = answerHeaders(deployment);
  // SST lets the account itself take these roles on, for its live development, which is not used here.
  $transform(aws.iam.Role, (role, _options, name) => {
    if (name.startsWith('Web')) role.assumeRolePolicy = trustPolicy('lambda.amazonaws.com');
  });
  return new sst.aws.Nextjs('Web', {
    path: config.sitePath,
    // The version that this release of SST was made for.
    openNextVersion: '3.9.14',
    buildCommand: 'npx --yes @opennextjs/aws@3.9.14 build --config-path ../infra/open-next.config.ts',
    environment: {
      AION_API_URL: api.url,
      AION_AUTH_URL: config.supabaseUrl,
      AION_AUTH_KEY: config.supabaseAnonKey,
      AION_SITE_URL: config.siteUrl,
      // The names that this site answers to: its own, or without one that of its distribution, which is not known before it is made.
      AION_ALLOWED_HOSTS: config.siteDomain === undefined ? '.cloudfront.net' : '',
      AION_LOOPBACK: 'false',
      // CloudFront sends every plain request on to https, whatever the name that it is reached by.
      AION_HTTPS: 'true',
      // With it the site knows what came through CloudFront, and tells the API whose requests it passes on.
      AION_DOOR_SECRET: door.secret,
    },
    edge: { viewerRequest: { injection: door.edgeFunction } },
    server: { architecture: 'arm64', runtime: 'nodejs24.x', memory: '1024 MB', timeout: '20 seconds' },
    transform: {
      // Next makes it always; no page of the site asks for an image of another size, so nobody may call it.
      imageOptimizer(args) {
        args.url = { authorization: 'iam' };
        return undefined;
      },
      cdn(args) {
        args.customErrorResponses = uncachedErrors();
        args.defaultCacheBehavior = $util
          .output(args.defaultCacheBehavior)
          .apply((behaviour) => ({ ...behaviour, responseHeadersPolicyId: headers.id }));
        return undefined;
      },
      server(args) {
        // Nothing is revalidated, so the server need not be able to invalidate every distribution of the account.
        args.permissions = $util
          .output(args.permissions)
          .apply((list) => (list ?? []).filter(({ actions }) => !actions.includes('cloudfront:CreateInvalidation')));
        return undefined;
      },
    },
    ...(config.siteDomain === undefined
      ? {}
      : { domain: { name: config.siteDomain.name, dns: false as const, cert: config.siteDomain.certificateArn } }),
  });
}

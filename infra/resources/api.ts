import type { Deployment } from './deployment.ts';
import type { Functions } from './functions.ts';

/** Its own route, for the sake of its own throttle; the same function answers. */
const KILL = 'POST /v1/kill';

/**
 * An HTTP API rather than a function's own URL: it throttles, logs each call, counts errors and latency, and costs $1 per million
 * calls. A URL behind CloudFront would save that dollar and ask every client to sign the body of each POST.
 */
export function api({ account, config, names }: Deployment, functions: Functions) {
  const http = new aws.apigatewayv2.Api('Api', {
    name: names.api,
    protocolType: 'HTTP',
    corsConfiguration: {
      allowOrigins: [config.siteUrl],
      allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      allowHeaders: ['authorization', 'content-type', 'if-none-match', 'idempotency-key'],
      exposeHeaders: ['etag'],
      maxAge: 3600,
    },
  });
  const logs = new aws.cloudwatch.LogGroup('Logs-api-calls', {
    name: `/aws/apigateway/${names.api}`,
    retentionInDays: config.logRetentionDays,
  });
  const reach = (id: string, name: 'api' | 'billing-webhook') => {
    const integration = new aws.apigatewayv2.Integration(`Integration-${id}`, {
      apiId: http.id,
      integrationType: 'AWS_PROXY',
      integrationUri: functions[name].invokeArn,
      payloadFormatVersion: '2.0',
      timeoutMilliseconds: 30_000,
    });
    new aws.lambda.Permission(`Permission-${id}`, {
      action: 'lambda:InvokeFunction',
      function: functions[name].name,
      principal: 'apigateway.amazonaws.com',
      sourceArn: $util.interpolate`${http.executionArn}/*`,
      sourceAccount: account,
    });
    return integration;
  };
  const route = (id: string, routeKey: string, to: ReturnType<typeof reach>) =>
    new aws.apigatewayv2.Route(`Route-${id}`, {
      apiId: http.id,
      routeKey,
      target: $util.interpolate`integrations/${to.id}`,
    });
  const product = reach('default', 'api');
  route('default', '$default', product);
  const kill = route('kill', KILL, product);
  route('webhook', 'POST /billing/webhook', reach('webhook', 'billing-webhook'));
  new aws.apigatewayv2.Stage(
    'ApiStage',
    {
      apiId: http.id,
      name: '$default',
      autoDeploy: true,
      defaultRouteSettings: { throttlingBurstLimit: 400, throttlingRateLimit: 200, detailedMetricsEnabled: false },
      // A flood of anything else leaves the kill switch within reach.
      routeSettings: [{ routeKey: KILL, throttlingBurstLimit: 1000, throttlingRateLimit: 500 }],
      accessLogSettings: {
        destinationArn: logs.arn,
        // No address, no query, no header: what a log does not hold it cannot leak.
        format: JSON.stringify({
          requestId: '$context.requestId',
          method: '$context.httpMethod',
          route: '$context.routeKey',
          status: '$context.status',
          latencyMs: '$context.responseLatency',
          error: '$context.integrationErrorMessage',
        }),
      },
    },
    // Settings of a route that is not there yet are refused.
    { dependsOn: [kill] },
  );
  return { http, url: http.apiEndpoint };
}
export type Api = ReturnType<typeof api>;

import type { Deployment } from './deployment.ts';
import type { Functions } from './functions.ts';

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
  new aws.apigatewayv2.Stage('ApiStage', {
    apiId: http.id,
    name: '$default',
    autoDeploy: true,
    defaultRouteSettings: { throttlingBurstLimit: 400, throttlingRateLimit: 200, detailedMetricsEnabled: false },
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
  });
  const route = (id: string, routeKey: string, name: 'api' | 'billing-webhook') => {
    const integration = new aws.apigatewayv2.Integration(`Integration-${id}`, {
      apiId: http.id,
      integrationType: 'AWS_PROXY',
      integrationUri: functions[name].invokeArn,
      payloadFormatVersion: '2.0',
      timeoutMilliseconds: 30_000,
    });
    new aws.apigatewayv2.Route(`Route-${id}`, {
      apiId: http.id,
      routeKey,
      target: $util.interpolate`integrations/${integration.id}`,
    });
    new aws.lambda.Permission(`Permission-${id}`, {
      action: 'lambda:InvokeFunction',
      function: functions[name].name,
      principal: 'apigateway.amazonaws.com',
      sourceArn: $util.interpolate`${http.executionArn}/*`,
      sourceAccount: account,
    });
  };
  route('default', '$default', 'api');
  route('webhook', 'POST /billing/webhook', 'billing-webhook');
  return { http, url: http.apiEndpoint };
}
export type Api = ReturnType<typeof api>;

import type { Containers } from './containers.ts';
import type { Deployment } from './deployment.ts';
import type { Network } from './network.ts';

const PORT = 8080;

/**
 * The live server behind a load balancer. Without a domain there is no certificate, and sockets that carry tokens do not travel in
 * the clear: then there is no live service, and the site asks the API instead. It saves about $35 a month in a dev stage.
 */
export function live(deployment: Deployment, net: Network, containers: Containers) {
  const { config, names } = deployment;
  const { liveDomain } = config;
  if (liveDomain === undefined) return undefined;
  const anywhere = ['0.0.0.0/0'];
  const door = new aws.ec2.SecurityGroup('LiveDoor', {
    name: names.of('live-door'),
    description: 'The balancer: HTTPS from anywhere',
    vpcId: net.vpc.id,
    ingress: [80, 443].map((port) => ({ protocol: 'tcp', fromPort: port, toPort: port, cidrBlocks: anywhere })),
    egress: [{ protocol: 'tcp', fromPort: PORT, toPort: PORT, cidrBlocks: [net.vpc.cidrBlock] }],
  });
  const inside = new aws.ec2.SecurityGroup('LiveGroup', {
    name: names.of('live-inside'),
    description: 'The live server: only from the balancer',
    vpcId: net.vpc.id,
    ingress: [{ protocol: 'tcp', fromPort: PORT, toPort: PORT, securityGroups: [door.id] }],
    egress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, cidrBlocks: anywhere }],
  });
  const balancer = new aws.lb.LoadBalancer('LiveBalancer', {
    name: names.liveBalancer,
    loadBalancerType: 'application',
    internal: false,
    subnets: net.subnets.map((subnet) => subnet.id),
    securityGroups: [door.id],
    dropInvalidHeaderFields: true,
    enableDeletionProtection: config.production,
    // A socket is silent between pings of 30 s.
    idleTimeout: 120,
  });
  const targets = new aws.lb.TargetGroup('LiveTargets', {
    name: names.liveBalancer,
    vpcId: net.vpc.id,
    port: PORT,
    protocol: 'HTTP',
    targetType: 'ip',
    deregistrationDelay: 30,
    healthCheck: {
      path: '/healthz',
      matcher: '200',
      interval: 15,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
  });
  const https = new aws.lb.Listener('LiveHttps', {
    loadBalancerArn: balancer.arn,
    port: 443,
    protocol: 'HTTPS',
    sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    certificateArn: liveDomain.certificateArn,
    defaultActions: [{ type: 'forward', targetGroupArn: targets.arn }],
  });
  new aws.lb.Listener('LiveHttp', {
    loadBalancerArn: balancer.arn,
    port: 80,
    protocol: 'HTTP',
    defaultActions: [{ type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } }],
  });
  new aws.ecs.Service(
    'LiveService',
    {
      name: names.liveService,
      cluster: containers.cluster.arn,
      taskDefinition: containers.defineLive().arn,
      launchType: 'FARGATE',
      desiredCount: 1,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      networkConfiguration: {
        subnets: net.subnets.map((subnet) => subnet.id),
        securityGroups: [inside.id],
        assignPublicIp: true,
      },
      loadBalancers: [{ targetGroupArn: targets.arn, containerName: 'live', containerPort: PORT }],
    },
    { dependsOn: [https] },
  );
  return { balancerName: balancer.arnSuffix, targetsName: targets.arnSuffix, url: `wss://${liveDomain.name}/live` };
}
export type Live = ReturnType<typeof live>;

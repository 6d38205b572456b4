import type { Deployment } from './deployment.ts';

/**
 * Two public subnets and no NAT gateway: two gateways would cost about $75 a month, more than everything else together at a few
 * thousand subscribers. Containers have public addresses and a closed door: no security group lets anything in but the balancer's.
 * S3 and DynamoDB are reached by gateway endpoints, which are free.
 */
export function network({ names, config }: Deployment) {
  const tags = (name: string) => ({ Name: names.of(name) });
  const vpc = new aws.ec2.Vpc('Vpc', {
    cidrBlock: '10.20.0.0/16',
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: tags('vpc'),
  });
  const gateway = new aws.ec2.InternetGateway('Gateway', { vpcId: vpc.id, tags: tags('gateway') });
  const routes = new aws.ec2.RouteTable('Routes', {
    vpcId: vpc.id,
    routes: [{ cidrBlock: '0.0.0.0/0', gatewayId: gateway.id }],
    tags: tags('routes'),
  });
  const subnets = ['a', 'b'].map((zone, place) => {
    const subnet = new aws.ec2.Subnet(`Subnet${zone.toUpperCase()}`, {
      vpcId: vpc.id,
      cidrBlock: `10.20.${place}.0/24`,
      availabilityZone: `${config.region}${zone}`,
      // Only what asks for a public address gets one.
      mapPublicIpOnLaunch: false,
      tags: tags(`subnet-${zone}`),
    });
    new aws.ec2.RouteTableAssociation(`Routes${zone.toUpperCase()}`, { subnetId: subnet.id, routeTableId: routes.id });
    return subnet;
  });
  for (const service of ['s3', 'dynamodb']) {
    new aws.ec2.VpcEndpoint(`Endpoint-${service}`, {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${config.region}.${service}`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [routes.id],
    });
  }
  // What a default group allows is not ours to reason about: emptied.
  new aws.ec2.DefaultSecurityGroup('DefaultGroup', { vpcId: vpc.id, ingress: [], egress: [] });
  const tasks = new aws.ec2.SecurityGroup('TaskGroup', {
    name: names.of('tasks'),
    description: 'Containers of runs: nothing comes in',
    vpcId: vpc.id,
    ingress: [],
    egress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, cidrBlocks: ['0.0.0.0/0'], description: 'HTTPS' }],
  });
  return { vpc, subnets, tasks };
}
export type Network = ReturnType<typeof network>;

import type { Rule } from './resource.ts';

/** Every type that a stage may have. A new one is looked at, given its rules, and then listed. */
const KNOWN = new Set([
  'aws:apigatewayv2/api:Api',
  'aws:apigatewayv2/integration:Integration',
  'aws:apigatewayv2/route:Route',
  'aws:apigatewayv2/stage:Stage',
  'aws:budgets/budget:Budget',
  'aws:cloudformation/stack:Stack',
  'aws:cloudfront/cachePolicy:CachePolicy',
  'aws:cloudfront/distribution:Distribution',
  'aws:cloudfront/function:Function',
  'aws:cloudfront/keyValueStore:KeyValueStore',
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy',
  'aws:cloudwatch/logGroup:LogGroup',
  'aws:dynamodb/table:Table',
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup',
  'aws:ec2/internetGateway:InternetGateway',
  'aws:ec2/routeTable:RouteTable',
  'aws:ec2/routeTableAssociation:RouteTableAssociation',
  'aws:ec2/securityGroup:SecurityGroup',
  'aws:ec2/subnet:Subnet',
  'aws:ec2/vpc:Vpc',
  'aws:ec2/vpcEndpoint:VpcEndpoint',
  'aws:ecr/lifecyclePolicy:LifecyclePolicy',
  'aws:ecr/repository:Repository',
  'aws:ecs/cluster:Cluster',
  'aws:ecs/service:Service',
  'aws:ecs/taskDefinition:TaskDefinition',
  'aws:iam/role:Role',
  'aws:kms/key:Key',
  'aws:lambda/eventSourceMapping:EventSourceMapping',
  'aws:lambda/function:Function',
  'aws:lambda/functionUrl:FunctionUrl',
  'aws:lambda/permission:Permission',
  'aws:lb/listener:Listener',
  'aws:lb/loadBalancer:LoadBalancer',
  'aws:lb/targetGroup:TargetGroup',
  'aws:s3/bucket:Bucket',
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  'aws:s3/bucketObjectv2:BucketObjectv2',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  'aws:s3/bucketPolicy:BucketPolicy',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  'aws:s3/bucketVersioning:BucketVersioning',
  'aws:scheduler/schedule:Schedule',
  'aws:scheduler/scheduleGroup:ScheduleGroup',
  'aws:sns/topic:Topic',
  'aws:sns/topicPolicy:TopicPolicy',
  'aws:sns/topicSubscription:TopicSubscription',
  'aws:sqs/queue:Queue',
  // The site's build, and SST's bookkeeping: nothing of them is in AWS.
  'command:local:Command',
  'pulumi-nodejs:dynamic:Resource',
  'pulumi:providers:aws',
  'pulumi:pulumi:Stack',
  'random:index/randomBytes:RandomBytes',
]);
const COMPONENT = /^sst:(aws|sst):\w+$/;

export const typesAreKnown: Rule = (all) =>
  all
    .filter(({ type }) => !KNOWN.has(type) && !COMPONENT.test(type))
    .map(
      ({ name, type }) =>
        `${name}: type ${type} is unknown to the policy: write its rules, then list it in known-types.ts`,
    );

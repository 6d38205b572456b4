import type { CostLine } from './cost-line.ts';

/** Which service's lines pay for a type of resource that the infrastructure makes. */
export const PAID_BY: Readonly<Record<string, CostLine['service']>> = {
  'aws:apigatewayv2/api:Api': 'API Gateway',
  'aws:cloudfront/distribution:Distribution': 'CloudFront',
  'aws:cloudfront/function:Function': 'CloudFront',
  'aws:cloudfront/keyValueStore:KeyValueStore': 'CloudFront',
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': 'CloudFront',
  'aws:cloudwatch/logGroup:LogGroup': 'CloudWatch',
  'aws:dynamodb/table:Table': 'DynamoDB',
  'aws:ecr/repository:Repository': 'ECR',
  'aws:ecs/service:Service': 'Fargate',
  'aws:ecs/taskDefinition:TaskDefinition': 'Fargate',
  'aws:kms/key:Key': 'KMS',
  'aws:lambda/function:Function': 'Lambda',
  'aws:lb/loadBalancer:LoadBalancer': 'Load balancer',
  'aws:s3/bucket:Bucket': 'S3',
  'aws:s3/bucketObjectv2:BucketObjectv2': 'S3',
  'aws:scheduler/schedule:Schedule': 'EventBridge Scheduler',
  'aws:sns/topic:Topic': 'SNS',
  'aws:sqs/queue:Queue': 'SQS',
  'AWS::CloudWatch::Alarm': 'CloudWatch',
  'AWS::CloudWatch::Dashboard': 'CloudWatch',
  'AWS::Logs::LogGroup': 'CloudWatch',
  'AWS::StepFunctions::StateMachine': 'Step Functions',
};

const SETTING = 'a setting of another resource, which pays';
const RIGHTS = 'rights cost nothing';
const NETWORK = 'networks, routes, groups and gateway endpoints cost nothing; addresses and bytes have lines';
const DEPLOYMENT = 'bookkeeping of the deployment, nothing in AWS that is billed';

/** What costs nothing, and why. */
export const FREE: Readonly<Record<string, string>> = {
  'aws:apigatewayv2/integration:Integration': SETTING,
  'aws:apigatewayv2/route:Route': SETTING,
  'aws:apigatewayv2/stage:Stage': SETTING,
  'aws:budgets/budget:Budget': 'budgets that only notify are free',
  'aws:cloudformation/stack:Stack': "stacks of AWS's own types are free",
  'aws:cloudfront/cachePolicy:CachePolicy': SETTING,
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup': NETWORK,
  'aws:ec2/internetGateway:InternetGateway': NETWORK,
  'aws:ec2/routeTable:RouteTable': NETWORK,
  'aws:ec2/routeTableAssociation:RouteTableAssociation': NETWORK,
  'aws:ec2/securityGroup:SecurityGroup': NETWORK,
  'aws:ec2/subnet:Subnet': NETWORK,
  'aws:ec2/vpc:Vpc': NETWORK,
  'aws:ec2/vpcEndpoint:VpcEndpoint': NETWORK,
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': SETTING,
  'aws:ecs/cluster:Cluster': 'a cluster without instances is free; its tasks have lines',
  'aws:iam/role:Role': RIGHTS,
  'aws:lambda/eventSourceMapping:EventSourceMapping': 'its polls are requests of the queue',
  'aws:lambda/functionUrl:FunctionUrl': SETTING,
  'aws:lambda/permission:Permission': RIGHTS,
  'aws:lb/listener:Listener': SETTING,
  'aws:lb/targetGroup:TargetGroup': SETTING,
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': SETTING,
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': SETTING,
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': SETTING,
  'aws:s3/bucketPolicy:BucketPolicy': RIGHTS,
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': SETTING,
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': SETTING,
  'aws:s3/bucketVersioning:BucketVersioning': SETTING,
  'aws:scheduler/scheduleGroup:ScheduleGroup': SETTING,
  'aws:sns/topicPolicy:TopicPolicy': RIGHTS,
  'aws:sns/topicSubscription:TopicSubscription': SETTING,
  'command:local:Command': DEPLOYMENT,
  'pulumi-nodejs:dynamic:Resource': DEPLOYMENT,
  'pulumi:providers:aws': DEPLOYMENT,
  'pulumi:pulumi:Stack': DEPLOYMENT,
  'random:index/randomBytes:RandomBytes': DEPLOYMENT,
  'AWS::IAM::Role': RIGHTS,
};

/** What these lines do not have, though it is part of the bill of whoever runs the product. */
export const LEFT_OUT = [
  'Stripe: a share of each payment',
  'tax on top of the list prices',
  "the daily digest by mail: it is not built, and SES's price depends on it",
  'parameters of the standard tier, certificates of ACM and traffic within the region to S3 and DynamoDB: free',
  'retraining: no trainer is built; its container never starts',
] as const;

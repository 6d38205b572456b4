import type { Deployment } from './deployment.ts';

/** Where alarms go, and the alarm on the bill. */
export function alerts({ account, arns, config, names }: Deployment) {
  const services = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];
  const fromHere = { StringEquals: { 'aws:SourceAccount': account } };
  // A key of our own: CloudWatch cannot publish to a topic that is encrypted with the key AWS manages for SNS.
  const key = new aws.kms.Key('AlertKey', {
    description: `${names.alertTopic}: alarms at rest`,
    enableKeyRotation: true,
    deletionWindowInDays: 7,
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
        {
          Effect: 'Allow',
          Principal: { Service: services },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: '*',
          Condition: fromHere,
        },
      ],
    }),
  });
  const topic = new aws.sns.Topic('Alerts', { name: names.alertTopic, kmsMasterKeyId: key.arn });
  new aws.sns.TopicPolicy('AlertsPolicy', {
    arn: topic.arn,
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: services },
          Action: 'sns:Publish',
          Resource: arns.alertTopic,
          Condition: fromHere,
        },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: arns.alertTopic,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    }),
  });
  new aws.sns.TopicSubscription('AlertMail', { topic: topic.arn, protocol: 'email', endpoint: config.alertEmail });
  const notice = (threshold: number, notificationType: string) => ({
    comparisonOperator: 'GREATER_THAN',
    threshold,
    thresholdType: 'PERCENTAGE',
    notificationType,
    subscriberSnsTopicArns: [topic.arn],
  });
  new aws.budgets.Budget('Budget', {
    name: names.of('monthly'),
    budgetType: 'COST',
    timeUnit: 'MONTHLY',
    limitAmount: String(config.monthlyBudgetUsd),
    limitUnit: 'USD',
    notifications: [notice(80, 'ACTUAL'), notice(100, 'ACTUAL'), notice(100, 'FORECASTED')],
  });
  return { topic };
}
export type Alerts = ReturnType<typeof alerts>;

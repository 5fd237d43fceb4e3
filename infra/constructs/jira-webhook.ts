import { Validations } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy } from '../naming.ts';
import type { LoggedHttpApi, PostRoute } from './http-api.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';

export interface JiraWebhookProps {
  config: Config;
  api: LoggedHttpApi;
  queue: IQueue;
  bus: EventBus;
}

/** `POST /callback`: authenticates what Jira sends, normalises it, and puts it into the queue. */
export class JiraWebhook extends Construct {
  /** JSON `{"current":"…","previous":"…"}`: both are accepted, as HMAC key and as bearer token; an empty one never is. */
  readonly secret: Secret;
  readonly route: PostRoute;

  constructor(scope: Construct, id: string, { config, api, queue, bus }: JiraWebhookProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: `What Jira signs its webhooks to Storygate ${config.stage} with`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ previous: '' }),
        generateStringKey: 'current',
        passwordLength: 48,
        excludePunctuation: true,
      },
      removalPolicy: removalPolicy(config),
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Jira holds the other half: it changes when an administrator of Jira changes it, with current and previous valid meanwhile.',
    });
    const webhook = new ServiceFunction(this, 'JiraWebhook', {
      config,
      name: 'jira-webhook',
      description: 'Takes decisions from Jira',
      timeout: INTERACTIVE_TIMEOUT,
      environment: {
        CALLBACK_QUEUE_URL: queue.queueUrl,
        WEBHOOK_SECRET_ARN: this.secret.secretArn,
        DECISION_CRITERIA: JSON.stringify(config.decisionCriteria),
        REPLAY_WINDOW_SECONDS: String(config.replayWindowSeconds),
        EVENT_BUS_NAME: bus.eventBusName,
      },
    });
    webhook.allow({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
    webhook.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
    webhook.allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    this.route = api.post('/callback', webhook, {
      openBecause:
        'The function verifies the HMAC signature or the bearer secret itself: an authorizer never sees the body that is signed.',
    });
  }
}

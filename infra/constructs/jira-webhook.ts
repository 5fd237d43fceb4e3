import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy, resourceName } from '../naming.ts';
import { alarm } from './alarm.ts';
import { customerKey } from './customer-key.ts';
import type { LoggedHttpApi, PostRoute, Throttle } from './http-api.ts';
import { SecretRotation } from './secret-rotation.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';

/**
 * Jira's bulk changes come in bursts of hundreds. A tenth of what all APIs of an account share: what the queue takes easily.
 * Jira repeats what gets 429.
 */
const CALLBACKS: Throttle = { requestsPerSecond: 1_000, burst: 2_000 };

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
    const key = customerKey(this, config);
    this.secret = new Secret(this, 'Secret', {
      description: `What Jira signs its webhooks to Storygate ${config.stage} with`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ previous: '' }),
        generateStringKey: 'current',
        passwordLength: 48,
        excludePunctuation: true,
      },
      ...(key && { encryptionKey: key }),
      removalPolicy: removalPolicy(config),
    });
    new SecretRotation(this, 'Rotation', {
      config,
      secret: this.secret,
      everyDays: config.rotation.webhookSecretDays,
      service: {
        name: 'rotate-webhook-secret',
        description: 'Gives the webhook a new secret beside the former one',
        failureMeaning:
          'The webhook secret was not rotated: Jira goes on with the one that it has, and no decision is lost.',
      },
    });
    const webhook = new ServiceFunction(this, 'JiraWebhook', {
      config,
      name: 'jira-webhook',
      gradual: true,
      description: 'Takes decisions from Jira',
      timeout: INTERACTIVE_TIMEOUT,
      environment: {
        CALLBACK_QUEUE_URL: queue.queueUrl,
        WEBHOOK_SECRET_ARN: this.secret.secretArn,
        DECISION_CRITERIA: JSON.stringify(config.decisionCriteria),
        REPLAY_WINDOW_SECONDS: String(config.replayWindowSeconds),
        EVENT_BUS_NAME: bus.eventBusName,
        ALLOWED_ADDRESSES: config.api.allowedAddresses.join(','),
      },
    });
    this.#alarm(config, webhook);
    webhook.allow({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
    webhook.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
    webhook.allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    const openBecause =
      'The function verifies the HMAC signature or the bearer secret itself: an authorizer never sees the body that is signed.';
    this.route = api.post('/callback', webhook, { openBecause }, CALLBACKS);
  }

  #alarm(config: Config, { lambda }: ServiceFunction): void {
    const period = Duration.minutes(15);
    alarm(this, 'Unauthenticated', {
      config,
      name: resourceName(config, 'jira-webhook-401'),
      meaning:
        'Every third request to the webhook has a wrong signature, and Jira does not repeat those: decisions are lost.',
      firstStep:
        'ask whether the secret was changed on one side only; put the old one into "previous" of the webhook secret.',
      runbook: 'the-webhook-answers-401',
      metric: new MathExpression({
        expression: 'IF(refused >= 3, 100 * refused / requests, 0)',
        label: 'requests without a valid signature (%)',
        usingMetrics: {
          refused: serviceMetric(config, 'jira-webhook', 'CallbackUnauthenticated', { period }),
          requests: lambda.metricInvocations({ period }),
        },
        period,
      }),
      threshold: 33,
    });
  }
}

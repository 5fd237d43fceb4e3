import { EventBus } from 'aws-cdk-lib/aws-events';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { CallbackRelay } from './constructs/callback-relay.ts';
import { GateDashboard } from './constructs/gate-dashboard.ts';
import { LoggedHttpApi } from './constructs/http-api.ts';
import { JiraWebhook } from './constructs/jira-webhook.ts';
import { Notifications } from './constructs/notifications.ts';
import { ReleaseApis } from './constructs/release-apis.ts';
import { ReleaseGateStateMachine } from './constructs/release-gate-state-machine.ts';
import { Reminders } from './constructs/reminders.ts';
import { SavedQueries } from './constructs/saved-queries.ts';
import { TaskTokenStore } from './constructs/task-token-store.ts';
import { UserRole } from './constructs/user-role.ts';
import { WaitCloser } from './constructs/wait-closer.ts';
import { WaitsTable } from './constructs/waits-table.ts';
import { WorkflowBucket } from './constructs/workflow-bucket.ts';
import { WorkflowOutputs } from './constructs/workflow-outputs.ts';
import { WorkflowStart } from './constructs/workflow-start.ts';
import { resourceName } from './naming.ts';
import { WorkflowStack } from './workflow-stack.ts';

/** The release gate: from a file in the bucket, through three APIs and Jira's decision, to a result in the bucket. */
export class ReleaseGateStack extends WorkflowStack {
  constructor(scope: Construct, config: Config) {
    super(scope, config, 'release-gate', 'Storygate: gates a release on its Jira story');
    const stateMachineName = resourceName(config, 'release-gate');
    const bucket = new WorkflowBucket(this, 'WorkflowBucket', { config });
    const bus = new EventBus(this, 'Events', {
      eventBusName: resourceName(config),
      description: 'What Storygate has to tell',
    });
    const waits = new WaitsTable(this, 'Waits', { config });
    const relay = new CallbackRelay(this, 'CallbackRelay', { config, waits, bus, stateMachineName });
    const tokenStore = new TaskTokenStore(this, 'TaskTokenStore', { config, waits, bus, stateMachineName });
    const outputs = new WorkflowOutputs(this, 'WorkflowOutputs', { config, bucket, bus });
    const apis = new ReleaseApis(this, 'ReleaseApis', { config });
    const stateMachine = new ReleaseGateStateMachine(this, 'ReleaseGate', {
      config,
      stateMachineName,
      bucket,
      apis,
      storeTaskToken: tokenStore.service,
      outputs: outputs.service,
    });
    new WaitCloser(this, 'WaitCloser', { config, waits, bus, stateMachineName });
    new Reminders(this, 'Reminders', { config, waits, bus });
    const api = new LoggedHttpApi(this, 'Api', {
      config,
      name: resourceName(config),
      description: 'Callbacks from Jira, and starts',
      domain: config.api.domain,
    });
    const webhook = new JiraWebhook(this, 'JiraWebhook', { config, api, queue: relay.queue, bus });
    const start = new WorkflowStart(this, 'WorkflowStart', {
      config,
      stateMachine,
      service: {
        name: 'start-workflow',
        description: 'Starts the release gate for a workflow file',
        environment: { BUCKET_NAME: bucket.bucket.bucketName },
      },
      uploads: {
        bucket: bucket.bucket,
        rule: 'uploads',
        description: 'Workflow files that arrive in inputs/',
        keys: 'inputs/*.json',
      },
      api,
      path: '/executions',
    });
    const notifications = new Notifications(this, 'Notifications', { config, bus, stateMachineName });
    const users = new UserRole(this, 'Users', {
      config,
      bucket,
      stateMachine,
      stateMachineName,
      startRoute: start.route,
      waits: waits.table,
      callbacks: relay.queue,
      deadLetters: relay.deadLetters,
      webhookSecret: webhook.secret,
      logGroupArns: this.#logGroupArns(),
    });

    new SavedQueries(this, 'SavedQueries', { config });
    if (config.dashboard)
      new GateDashboard(this, 'Dashboard', {
        config,
        stateMachineArn: stateMachine.arn,
        queue: relay.queue,
        deadLetters: relay.deadLetters,
        outputs: outputs.service,
        stateMachineLogs: stateMachine.logs,
      });

    this.output('CallbackApiEndpoint', webhook.route.url, 'Where Jira posts its decisions');
    if (api.domainTarget)
      this.output('ApiDomainTarget', api.domainTarget, 'What the DNS record of the domain points at');
    this.output('StartApiEndpoint', start.route.url, 'POST here, signed, to start a gate');
    this.output('S3BucketName', bucket.bucket.bucketName, 'Upload workflow files to inputs/');
    this.output('StateMachineArn', stateMachine.liveArn, 'The live alias of the release gate');
    this.output('ApiTokensSecretArn', apis.tokens.secretArn, 'JSON {"token"} of the mock APIs');
    this.output('WebhookSecretArn', webhook.secret.secretArn, 'JSON {"current","previous"} that Jira signs with');
    this.output('UserRoleArn', users.role.roleArn, 'Assume it to start and inspect gates');
    this.output('WaitsTableName', waits.table.tableName, 'Waits and callbacks by story');
    this.output('CallbackQueueUrl', relay.queue.queueUrl, 'Accepted callbacks on their way');
    this.output('CallbackDlqUrl', relay.deadLetters.queueUrl, 'Callbacks that could not be relayed');
    this.output('NotificationTopicArn', notifications.topic.topicArn, 'Subscribe to be told what happens');
    this.output('EventBusName', bus.eventBusName, 'Domain events to subscribe to');
  }

  #logGroupArns(): string[] {
    return this.node
      .findAll()
      .filter((construct) => construct instanceof LogGroup)
      .map((group) => group.logGroupArn);
  }
}

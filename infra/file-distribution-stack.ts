import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { BUCKET_SUFFIX, DistributionBuckets } from './constructs/distribution-buckets.ts';
import { FailureTopic } from './constructs/failure-topic.ts';
import { FileCopier } from './constructs/file-copier.ts';
import { LoggedHttpApi } from './constructs/http-api.ts';
import { onDemandTable } from './constructs/on-demand-table.ts';
import { WorkflowStart } from './constructs/workflow-start.ts';
import { WorkflowStateMachine } from './constructs/workflow-state-machine.ts';
import { resourceName } from './naming.ts';
import { WorkflowStack } from './workflow-stack.ts';

const NAME = 'file-distribution';

/** Copies each file that is uploaded to one bucket into many, records it, and reports failures. */
export class FileDistributionStack extends WorkflowStack {
  constructor(scope: Construct, config: Config) {
    super(scope, config, NAME, 'Storygate: distributes uploaded files to other buckets');
    const buckets = new DistributionBuckets(this, 'Buckets', { config });
    const source = buckets.source.bucket;
    const table = onDemandTable(this, 'Tracking', {
      config,
      tableName: 'FileCopyTracking',
      partitionKey: 'fileKey',
      sortKey: 'sourceBucket',
    });
    const failures = new FailureTopic(this, 'Failures', {
      config,
      topicName: 'file-copy-failures',
      displayName: 'File distribution',
      emails: config.fileDistribution.failureEmails,
    });
    const bus = new EventBus(this, 'Events', {
      eventBusName: resourceName(config, NAME),
      description: 'FileDistributed and FileDistributionFailed',
    });
    const copier = new FileCopier(this, 'FileCopier', { config, buckets });
    const copyFile = copier.service.lambda;
    const stateMachine = new WorkflowStateMachine(this, 'FileDistribution', {
      config,
      stateMachineName: resourceName(config, NAME),
      comment: 'Distributes a file to other buckets',
      definition: NAME,
      substitutions: {
        BucketBaseNames: buckets.baseNames.join(','),
        BucketSuffix: BUCKET_SUFFIX,
        CopyFileFunctionArn: copyFile.functionArn,
        CopyFileLogGroup: `/aws/lambda/${copyFile.functionName}`,
        TrackingTableName: table.tableName,
        FailureTopicArn: failures.topic.topicArn,
        EventBusName: bus.eventBusName,
      },
      statements: [
        { actions: ['lambda:InvokeFunction'], resources: [copyFile.functionArn] },
        { actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'], resources: [table.tableArn] },
        { actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
        { actions: ['sns:Publish'], resources: [failures.topic.topicArn] },
      ],
      logExecutionData: true,
    });
    const destinations = JSON.stringify(buckets.destinationsByPrefix);
    const api = new LoggedHttpApi(this, 'Api', {
      config,
      name: resourceName(config, NAME),
      description: 'Starts file distributions',
    });
    const start = new WorkflowStart(this, 'WorkflowStart', {
      config,
      stateMachine,
      service: {
        name: 'start-distribution',
        description: 'Starts the distribution of a file',
        environment: {
          SOURCE_BUCKET_NAME: source.bucketName,
          DESTINATIONS: destinations,
        },
      },
      uploads: { bucket: source, rule: 'builds', description: 'Files that arrive to be distributed', keys: '*' },
      api,
      path: '/step-function',
    });

    this.output('SourceBucketName', source.bucketName, 'Upload files here to distribute them');
    this.output('DestinationBucketNames', buckets.names.join(','), 'Where files are distributed to');
    this.output('DestinationsByPrefix', destinations, 'Where an upload goes, by the beginning of its key');
    this.output('StateMachineArn', stateMachine.liveArn, 'The live alias of the file distribution');
    this.output('TrackingTableName', table.tableName, 'What became of each file');
    this.output('FailureTopicArn', failures.topic.topicArn, 'Subscribe to be told about failures');
    this.output('StartApiEndpoint', start.route.url, 'POST here, signed, to distribute a file');
    this.output('EventBusName', bus.eventBusName, 'Domain events to subscribe to');
  }
}

import { Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';
import { METRICS_NAMESPACE } from './service-metric.ts';
import type { WorkflowBucket } from './workflow-bucket.ts';

export interface WorkflowOutputsProps {
  config: Config;
  bucket: WorkflowBucket;
  bus: EventBus;
}

/** Writes `result.json`, `execution.log` and `error.json`, and announces how a workflow ended. */
export class WorkflowOutputs extends Construct {
  readonly service: ServiceFunction;

  constructor(scope: Construct, id: string, { config, bucket, bus }: WorkflowOutputsProps) {
    super(scope, id);
    this.service = new ServiceFunction(this, 'Outputs', {
      config,
      name: 'outputs',
      description: 'Writes what a workflow leaves behind',
      timeout: INTERACTIVE_TIMEOUT,
      environment: { BUCKET_NAME: bucket.bucket.bucketName, EVENT_BUS_NAME: bus.eventBusName },
    });
    this.service.allow({ actions: ['s3:PutObject'], resources: [bucket.objects('outputs/'), bucket.objects('logs/')] });
    this.service.allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    // From the log, not counted by the function: the library that counts would weigh more than it tells.
    new MetricFilter(this, 'DecisionTime', {
      logGroup: this.service.logs,
      filterPattern: FilterPattern.numberValue('$.decisionSeconds', '>=', 0),
      metricNamespace: METRICS_NAMESPACE,
      metricName: 'DecisionTime',
      metricValue: '$.decisionSeconds',
      dimensions: { service: '$.service' },
      unit: Unit.SECONDS,
    });
    const reason = 'The keys carry the name of the execution, which is not known before it starts.';
    this.service.acceptPattern(bucket.patternOf('outputs/'), reason);
    this.service.acceptPattern(bucket.patternOf('logs/'), reason);
  }
}

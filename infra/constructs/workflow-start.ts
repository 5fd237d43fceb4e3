import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { FunctionName } from '../functions.ts';
import { resourceName } from '../naming.ts';
import { callerAuthorizer } from './caller-authorizer.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import type { LoggedHttpApi, PostRoute, Throttle } from './http-api.ts';
import { undeliveredAlarm } from './rule-alarm.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';
import type { WorkflowStateMachine } from './workflow-state-machine.ts';

/** StartExecution allows 150 a second in most regions, and uploads need it too: two thirds of it, with two seconds of burst. */
const STARTS: Throttle = { requestsPerSecond: 100, burst: 200 };

export interface WorkflowStartProps {
  config: Config;
  stateMachine: WorkflowStateMachine;
  /** The function that names and starts executions. It gets STATE_MACHINE_ARN in addition. */
  service: { name: FunctionName; description: string; environment: Record<string, string> };
  uploads: {
    bucket: Bucket;
    /** Last part of the rule's name. */
    rule: string;
    description: string;
    /** Which keys: a pattern with `*`. A wildcard, because a prefix beside a suffix would mean either of them. */
    keys: string;
  };
  /** Where people and scripts start it, signed. */
  api: LoggedHttpApi;
  path: `/${string}`;
}

/** Starts a workflow for each file that is uploaded, and for each POST. */
export class WorkflowStart extends Construct {
  readonly route: PostRoute;

  constructor(scope: Construct, id: string, props: WorkflowStartProps) {
    super(scope, id);
    const start = this.#function(props);
    this.#startOnUpload(props, start);
    this.route = props.api.post(props.path, start, callerAuthorizer(props.config), STARTS);
  }

  #function({ config, service, stateMachine }: WorkflowStartProps): ServiceFunction {
    const start = new ServiceFunction(this, 'StartWorkflow', {
      config,
      name: service.name,
      description: service.description,
      timeout: INTERACTIVE_TIMEOUT,
      environment: { STATE_MACHINE_ARN: stateMachine.liveArn, ...service.environment },
      deadLetterQueue: deadLetterQueue(this, 'FailedStarts', {
        config,
        name: `${service.name}-dlq`,
        meaning: 'A file was uploaded and its workflow did not start, after all retries.',
        firstStep:
          'look at the letter (the event of the upload) and at the log of the function, then send the letter again.',
        runbook: 'an-upload-started-nothing',
      }),
    });
    start.allow({
      actions: ['states:StartExecution'],
      resources: [stateMachine.arn],
      conditions: { StringEquals: { 'states:StateMachineQualifier': stateMachine.aliasName } },
    });
    return start;
  }

  #startOnUpload({ config, uploads }: WorkflowStartProps, start: ServiceFunction): void {
    const ruleName = resourceName(config, uploads.rule);
    const rule = new Rule(this, 'Uploads', {
      ruleName,
      description: uploads.description,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [uploads.bucket.bucketName] }, object: { key: Match.wildcard(uploads.keys) } },
      },
      targets: [
        new LambdaFunction(start.lambda, {
          deadLetterQueue: deadLetterQueue(this, 'UndeliveredUploads', {
            config,
            name: `${uploads.rule}-dlq`,
            meaning:
              'A file was uploaded and EventBridge could not hand its event over for 24 hours, so no workflow started.',
            firstStep: 'check that the rule may invoke the function, then send the letter again.',
            runbook: 'an-upload-started-nothing',
          }),
        }),
      ],
    });
    undeliveredAlarm(rule, {
      config,
      ruleName,
      meaning: 'A file was uploaded and its event was given up, so no workflow started.',
    });
  }
}

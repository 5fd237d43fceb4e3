import { Duration } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { resourceName, stateMachineArn } from '../naming.ts';
import { allowAnswers } from './callback-relay.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { undeliveredAlarm } from './rule-alarm.ts';
import { ServiceFunction } from './service-function.ts';
import type { WaitsTable } from './waits-table.ts';

/** At most two reads, a write and an answer for each of up to 20 votes; nobody waits for it. */
const TIMEOUT = Duration.seconds(30);

export interface WaitCloserProps {
  config: Config;
  waits: WaitsTable;
  bus: EventBus;
  stateMachineName: string;
}

/** Closes the wait of an execution that was stopped or timed out, so that the list of what waits is true. */
export class WaitCloser extends Construct {
  constructor(scope: Construct, id: string, { config, waits, bus, stateMachineName }: WaitCloserProps) {
    super(scope, id);
    const missed = deadLetterQueue(this, 'Missed', {
      config,
      name: 'close-wait-dlq',
      meaning: 'An execution has ended, and its wait may still be listed as waiting.',
      firstStep:
        'read the letter (the event with the name of the execution), then the log of close-wait for the reason.',
      runbook: 'a-wait-was-not-closed',
    });
    const closer = new ServiceFunction(this, 'CloseWait', {
      config,
      name: 'close-wait',
      description: 'Settles what an execution that has ended leaves in the waits table',
      timeout: TIMEOUT,
      environment: { WAITS_TABLE_NAME: waits.table.tableName, EVENT_BUS_NAME: bus.eventBusName },
      deadLetterQueue: missed,
    });
    closer.allow({ actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem'], resources: [waits.table.tableArn] });
    allowAnswers(closer, stateMachineName);
    closer.allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    const ruleName = resourceName(config, 'executions-ended');
    const rule = new Rule(this, 'Ended', {
      ruleName,
      description: 'Executions of the release gate that have ended, whatever way',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [stateMachineArn(this, stateMachineName)],
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [new LambdaFunction(closer.lambda, { deadLetterQueue: missed })],
    });
    undeliveredAlarm(rule, {
      config,
      ruleName,
      meaning: 'An execution has ended, and its wait may still be listed as waiting.',
    });
  }
}

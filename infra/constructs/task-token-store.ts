import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { allowDecisions } from './callback-relay.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';
import type { WaitsTable } from './waits-table.ts';

export interface TaskTokenStoreProps {
  config: Config;
  waits: WaitsTable;
  bus: EventBus;
  stateMachineName: string;
}

/** Takes the task token of a gate that begins to wait. A decision that came before it is applied at once. */
export class TaskTokenStore extends Construct {
  readonly service: ServiceFunction;

  constructor(scope: Construct, id: string, { config, waits, bus, stateMachineName }: TaskTokenStoreProps) {
    super(scope, id);
    this.service = new ServiceFunction(this, 'StoreTaskToken', {
      config,
      name: 'store-task-token',
      gradual: true,
      description: 'Records that an execution waits on its story',
      timeout: INTERACTIVE_TIMEOUT,
      environment: {
        WAITS_TABLE_NAME: waits.table.tableName,
        EVENT_BUS_NAME: bus.eventBusName,
        EARLY_DECISION_GRACE_SECONDS: String(config.earlyDecisionGraceSeconds),
      },
    });
    allowDecisions(this.service, waits, stateMachineName);
    this.service.allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
  }
}

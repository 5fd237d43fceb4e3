import { AttributeType, ProjectionType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { resourceName } from '../naming.ts';
import { onDemandTable } from './on-demand-table.ts';

/** Index of what waits. */
const PENDING = 'pending';

/** Waits and callbacks of every story. See the rules of the waits table in the architecture document. */
export class WaitsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id);
    this.table = onDemandTable(this, 'Table', {
      config,
      tableName: resourceName(config, 'waits'),
      partitionKey: 'jiraStoryId',
      sortKey: 'recordId',
      timeToLiveAttribute: 'ttl',
      indexes: [PENDING],
    });
    // Only waits that are pending carry `pendingShard`, so the index is as small as what waits. It leaves the task token out:
    // who may list what waits may not answer it.
    this.table.addGlobalSecondaryIndex({
      indexName: PENDING,
      partitionKey: { name: 'pendingShard', type: AttributeType.STRING },
      sortKey: { name: 'waitingSince', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['executionArn', 'startedAt', 'expiresAt', 'status', 'notAdmitted', 'quorum', 'movedTo'],
    });
  }
}

import { argv } from 'node:process';
import { runGateway } from './running-gateway.ts';

/** A process for crash tests: serves from the data directory that it is given, and prints its address. */
const [, , dataDir = ''] = argv;
const local = await runGateway({
  dataDir,
  publish: (event, database) => {
    database.run('INSERT INTO heard VALUES (?)', JSON.stringify(event.detail['object']));
  },
});
local.database.define('CREATE TABLE IF NOT EXISTS heard (object TEXT NOT NULL)');
local.buckets.put({ name: 'files', versioned: true, eventBridge: true });
const dead = local.queues.put({ name: 'dead' });
const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
local.queues.put({ name: 'letters', attributes: { RedrivePolicy: redrive, VisibilityTimeout: '0' } });
await local.tables.put({
  TableName: 'items',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: ['id', 'lane'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'lanes',
      KeySchema: [{ AttributeName: 'lane', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
});
process.stdout.write(`${local.gateway.url}\n`);

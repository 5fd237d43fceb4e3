import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { Tables } from '../dynamodb/tables.ts';
import type { AwsService } from '../gateway/service.ts';
import type { Iam } from '../iam/principal.ts';
import { Buckets } from '../s3/buckets.ts';
import type { ObjectEvent } from '../s3/object-events.ts';
import { Topics } from '../sns/topics.ts';
import type { QueueFaults } from '../sqs/queue-faults.ts';
import { Queues } from '../sqs/queues.ts';
import { loadFauxqs } from './fauxqs.ts';

export interface SubstrateOptions {
  clock: Clock;
  /** Holds queues, topics, tables, and the metadata of objects; kept if it is on disk. */
  database: Database;
  /** Where contents of objects are kept; in memory without. */
  dataDir?: string | undefined;
  iam: Pick<Iam, 'authorize'>;
  /** Tells IAM the policy of a bucket, queue or topic; undefined takes it away. */
  putResourcePolicy: (arn: string, document: unknown) => void;
  /** The gateway's URL at the moment of the call. */
  endpoint: () => string;
  /** Takes an object's event in the same turn of the event loop, see `ObjectEventsOptions.publish`. */
  publish: (event: ObjectEvent) => void;
  faults?: QueueFaults;
}

/** The data services, run by fauxqs and dynalite in this process. */
export interface Substrate {
  buckets: Buckets;
  queues: Queues;
  topics: Topics;
  tables: Tables;
  services: readonly AwsService[];
  /** Lets waiting receivers go; then requests under way can end. */
  drain(): void;
  close(): Promise<void>;
}

/** Opens the data services with everything that was acknowledged before. */
export async function openSubstrate(options: SubstrateOptions): Promise<Substrate> {
  const { dataDir, clock, database, putResourcePolicy } = options;
  const fauxqs = await loadFauxqs();
  const shared = { clock, database, fauxqs, putResourcePolicy, durable: dataDir !== undefined };
  const opening = Queues.open({ ...shared, endpoint: options.endpoint, faults: options.faults });
  try {
    const directory = dataDir && join(dataDir, 'objects');
    const [buckets, queues] = await Promise.all([
      Buckets.open({ ...shared, directory, publish: options.publish }),
      opening,
    ]);
    const topics = await Topics.open({ ...shared, iam: options.iam, queues: queues.store });
    return dataServices(buckets, queues, topics, new Tables({ clock, database }));
  } catch (error) {
    await opening.then(
      (queues) => queues.close(),
      () => {}, // it is the error, or another one for the same reason
    );
    throw error;
  }
}

function dataServices(buckets: Buckets, queues: Queues, topics: Topics, tables: Tables): Substrate {
  return {
    buckets,
    queues,
    topics,
    tables,
    services: [buckets.service, queues.service, topics.service, tables.service],
    drain: () => queues.close(),
    close: async () => {
      queues.close();
      await tables.close();
    },
  };
}

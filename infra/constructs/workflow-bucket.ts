import { Aws } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { resourceName } from '../naming.ts';
import { VersionedBucket } from './versioned-bucket.ts';

type Prefix = '' | 'inputs/' | 'outputs/' | 'logs/';

/** Workflow files in `inputs/`, results in `outputs/`, logs in `logs/`. Versioned, because a version is what starts a gate. */
export class WorkflowBucket extends VersionedBucket<Prefix> {
  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id, {
      config,
      bucketName: `${resourceName(config)}-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
      events: true,
    });
  }
}

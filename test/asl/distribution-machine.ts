import type { JsonObject } from '../../local/step-functions/json.ts';
import { machineOf, StateUnderTest } from './state-under-test.ts';

const MACHINE = machineOf('file-distribution', {
  BucketBaseNames: 'global-builds,region-a-builds,region-b-builds',
  BucketSuffix: '-000000000000-us-east-1',
  TrackingTableName: 'FileCopyTracking',
  FailureTopicArn: 'arn:aws:sns:us-east-1:000000000000:file-copy-failures',
  EventBusName: 'files',
  CopyFileFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:copy-file',
  CopyFileLogGroup: '/aws/lambda/copy-file',
});

/** One state of the file distribution. */
export const state = (name: string, variables: JsonObject = {}) => new StateUnderTest(MACHINE, name, { variables });

export const INPUT = { sourceBucket: 'builds', sourceKey: 'eu/build 1.zip', destinationBuckets: ['one', 'two'] };

export const numbered = (count: number, name = 'bucket-') => Array.from({ length: count }, (_, i) => `${name}${i}`);

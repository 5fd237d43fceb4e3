/** IAM prefixes of services whose name in `aws-sdk:<service>` is another. */
const PREFIXES: Readonly<Record<string, string>> = {
  apigateway: 'execute-api',
  cloudwatchlogs: 'logs',
  eventbridge: 'events',
  sfn: 'states',
};

/** API actions that are allowed by another IAM action, or by several. Source: Service Authorization Reference. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:TransactGetItems': ['dynamodb:GetItem'],
  'lambda:Invoke': ['lambda:InvokeFunction'],
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:DeleteObjects': ['s3:DeleteObject'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:HeadObject': ['s3:GetObject'],
  's3:ListBuckets': ['s3:ListAllMyBuckets'],
  's3:ListObjects': ['s3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:UploadPart': ['s3:PutObject'],
  's3:UploadPartCopy': ['s3:GetObject', 's3:PutObject'],
  'sns:PublishBatch': ['sns:Publish'],
  'sqs:ChangeMessageVisibilityBatch': ['sqs:ChangeMessageVisibility'],
  'sqs:DeleteMessageBatch': ['sqs:DeleteMessage'],
  'sqs:SendMessageBatch': ['sqs:SendMessage'],
};

/** The IAM actions behind a call: `s3`, `headObject` → `['s3:GetObject']`. */
export function iamActions(service: string, action: string): readonly string[] {
  const name = `${PREFIXES[service] ?? service}:${action.charAt(0).toUpperCase()}${action.slice(1)}`;
  return SPECIAL[name] ?? [name];
}

import { z } from 'zod';
import { localArn } from '../../gateway/arn.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { allTags, defined, number, tagList, text, wholeNumber } from '../properties.ts';
import { checkVariables } from '../reserved-variables.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';

const logging = z.strictObject({
  LogGroup: z.string().optional(),
  LogFormat: z.enum(['Text', 'JSON']).optional(),
  ApplicationLogLevel: z.string().optional(),
  SystemLogLevel: z.string().optional(),
});

/** Seconds by Lambda's quotas, MB by its API model. */
const timeout = wholeNumber('timeout', 1, 900);
const memory = wholeNumber('memorySize', 128, 32_768);
/** Source: the values of `Runtime` in Lambda's API model. */
const RUNTIME = /^nodejs(10|12|14|16|18|20|22|24)\.x$/;

const schema = z.strictObject({
  FunctionName: z.string().optional(),
  Description: z.string().optional(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z
    .string()
    .regex(/^nodejs/, 'only Node functions run here')
    .regex(RUNTIME, 'AWS has no such runtime'),
  Role: z.string(),
  Architectures: z.array(z.string()).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), text).default({}) }).optional(),
  TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
  EphemeralStorage: z.strictObject({ Size: number }).optional(),
  Timeout: timeout.default(3),
  MemorySize: memory.default(128),
  ReservedConcurrentExecutions: number.optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string().optional() }).optional(),
  LoggingConfig: logging.optional(),
  Tags: tagList,
});

/** A function that runs from the directory of its bundle. */
export const lambdaFunction = resourceType({
  type: 'AWS::Lambda::Function',
  properties: schema,
  ignored: {
    KmsKeyArn: 'variables on this machine are as safe as the machine',
    PackageType: 'code comes as a directory; images have no Handler and are refused for that',
    RecursiveLoop: 'loops are not detected',
    RuntimeManagementConfig: 'functions run on the Node of this package',
  },
  async create(properties, context) {
    const name = context.name(properties.FunctionName, { maxLength: 64 });
    checkVariables(properties.Environment?.Variables ?? {});
    requireTrust(properties.Role, name, context);
    const { arn } = await context.modules.lambda.putFunction(
      defined({
        name,
        description: properties.Description,
        codeDirectory: context.asset(properties.Code.S3Key).path,
        handler: properties.Handler,
        runtime: properties.Runtime,
        architectures: properties.Architectures,
        tracing: properties.TracingConfig?.Mode,
        ephemeralStorageMb: properties.EphemeralStorage?.Size,
        roleArn: properties.Role,
        environment: properties.Environment?.Variables ?? {},
        timeoutSeconds: properties.Timeout,
        memoryMb: properties.MemorySize,
        reservedConcurrency: properties.ReservedConcurrentExecutions,
        logGroup: properties.LoggingConfig?.LogGroup,
        logFormat: properties.LoggingConfig?.LogFormat,
        applicationLogLevel: properties.LoggingConfig?.ApplicationLogLevel,
        systemLogLevel: properties.LoggingConfig?.SystemLogLevel,
        deadLetterArn: properties.DeadLetterConfig?.TargetArn,
        tags: allTags(properties.Tags, context),
      }),
    );
    return { id: name, attributes: { Arn: arn } };
  },
});

function requireTrust(roleArn: string, name: string, { modules }: ResourceContext): void {
  if (modules.iam.trusts(roleArn, 'lambda.amazonaws.com', localArn('lambda', `function:${name}`))) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `The role defined for the function cannot be assumed by Lambda. (${roleArn})`,
  );
}

import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Compute, startCompute } from './local-compute.ts';

let local: Compute;
const FunctionName = 'settings';

beforeAll(async () => {
  local = await startCompute();
  local.deploy(FunctionName, 'export const handler = async () => process.env.LEVEL;');
});

afterAll(() => local.stop());

const update = (asked: Partial<UpdateFunctionConfigurationCommandInput>) =>
  local.sdk.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...asked }));
const variables = (Variables: Record<string, string>) => ({ Environment: { Variables } });

test('what is served is changed', async () => {
  await update({ ...variables({ LEVEL: 'hi' }), Timeout: 20, MemorySize: 256, Description: 'new' });

  const changed = { Timeout: 20, MemorySize: 256, Description: 'new', Environment: { Variables: { LEVEL: 'hi' } } };
  expect(await local.sdk.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject(changed);
  expect((await local.invoke(FunctionName)).result).toBe('hi');
});

test.each<[string, Partial<UpdateFunctionConfigurationCommandInput>]>([
  ['Handler', { Handler: 'other.handler' }],
  ['Runtime', { Runtime: 'python3.13' }],
  ['Role', { Role: 'arn:aws:iam::000000000000:role/other' }],
  ['Layers', { Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:x:1'] }],
  ['DeadLetterConfig', { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead' } }],
  ['EphemeralStorage', { EphemeralStorage: { Size: 1024 } }],
  ['RevisionId', { RevisionId: 'a' }],
])('%s is refused by its name', async (name, asked) => {
  await expect(update(asked)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `${name} is not served by the local runtime.`,
  });
});

const UNABLE =
  'Lambda was unable to configure your environment variables because the environment variables you have provided';
const BAD_NAME =
  "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]";

test.each<[string, Partial<UpdateFunctionConfigurationCommandInput>, string, string]>([
  [
    'a variable of Lambda itself',
    variables({ A1: 'x', AWS_REGION: 'eu-west-1' }),
    'InvalidParameterValueException',
    `${UNABLE} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION`,
  ],
  [
    'more than 4 KB of variables',
    variables({ LARGE: 'x'.repeat(4086) }),
    'InvalidParameterValueException',
    `${UNABLE} exceeded the 4KB limit.`,
  ],
  [
    'a name that begins with a digit',
    variables({ '1bad': 'hidden' }),
    'ValidationException',
    `1 validation error detected: ${BAD_NAME}`,
  ],
  ['a name of one character', variables({ F: '1' }), 'ValidationException', `1 validation error detected: ${BAD_NAME}`],
  [
    'a timeout and a size out of range',
    { Timeout: 901, MemorySize: 64 },
    'ValidationException',
    "2 validation errors detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900; Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
  ],
  [
    'a timeout that is no number',
    { Timeout: 'long' as unknown as number },
    'ValidationException',
    "1 validation error detected: Value 'long' at 'timeout' failed to satisfy constraint: Member must be of type number",
  ],
  [
    'a long description',
    { Description: 'x'.repeat(257) },
    'ValidationException',
    `1 validation error detected: Value '${'x'.repeat(257)}' at 'description' failed to satisfy constraint: Member must have length less than or equal to 256`,
  ],
])('%s: refused', async (_, asked, name, message) => {
  await expect(update(asked)).rejects.toMatchObject({ name, message });
});

test('as many variables as 4 KB hold are taken', async () => {
  await update(variables({ LARGE: 'x'.repeat(4096 - '{"LARGE":""}'.length) }));
});

import {
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Compute, startCompute } from './local-compute.ts';

let local: Compute;

beforeAll(async () => {
  local = await startCompute();
  for (const name of ['one', 'three', 'two']) local.deploy(name, 'export const handler = async () => 1;');
  local.lambda.putVersion({ functionName: 'two' });
  local.lambda.putAlias({ functionName: 'two', name: 'blue', functionVersion: '1' });
  local.lambda.putAlias({ functionName: 'two', name: 'green', functionVersion: '$LATEST' });
});

afterAll(() => local.stop());

test('functions come in pages of the wanted size', async () => {
  const pages: (string | undefined)[][] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: local.sdk, pageSize: 2 }, {}))
    pages.push(Functions.map(({ FunctionName }) => FunctionName));

  expect(pages).toEqual([['one', 'three'], ['two']]);
});

test('all versions of all functions, each by its ARN', async () => {
  const { Functions } = await local.sdk.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }));

  expect(Functions?.map(({ FunctionArn }) => FunctionArn?.split('function:')[1])).toEqual([
    'one:$LATEST',
    'three:$LATEST',
    'two:$LATEST',
    'two:1',
  ]);
});

test('versions and aliases come in pages too, aliases also by their version', async () => {
  const FunctionName = 'two';
  const first = await local.sdk.send(new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 1 }));
  const { NextMarker: Marker } = first;
  const second = await local.sdk.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
  const aliases = await local.sdk.send(new ListAliasesCommand({ FunctionName, FunctionVersion: '1' }));
  const page = await local.sdk.send(new ListAliasesCommand({ FunctionName, MaxItems: 1 }));

  expect(first.Versions?.map(({ Version }) => Version)).toEqual(['$LATEST']);
  expect(second).toMatchObject({ Versions: [{ Version: '1' }] });
  expect(second.NextMarker).toBeUndefined();
  expect(aliases.Aliases?.map(({ Name }) => Name)).toEqual(['blue']);
  expect(page).toMatchObject({ Aliases: [{ Name: 'blue' }], NextMarker: expect.any(String) });
});

test.each([
  [{ MaxItems: 0 }, 'ValidationException'],
  [{ MaxItems: 10_001 }, 'ValidationException'],
  [{ Marker: 'from nowhere' }, 'InvalidParameterValueException'],
  [{ FunctionVersion: 'SOME' as 'ALL' }, 'ValidationException'],
])('%j is refused', async (asked, name) => {
  await expect(local.sdk.send(new ListFunctionsCommand(asked))).rejects.toMatchObject({ name });
});

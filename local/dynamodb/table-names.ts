import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { membersOf } from '../gateway/input.ts';

type Input = Readonly<Record<string, unknown>>;

const START = localArn('dynamodb', 'table/');

/**
 * The input with names in the place of table ARNs, which DynamoDB takes wherever it takes a name.
 * @throws AwsError `ValidationException` for ARNs of other regions and accounts, and of what is no table
 */
export function withTableNames(input: Input): Input {
  const { TableName, ResourceArn, RequestItems, TransactItems } = input;
  if (isArn(ResourceArn)) nameIn(ResourceArn); // tags: dynalite looks at the name only
  if (isArn(TableName)) return { ...input, TableName: nameIn(TableName) };
  if (Object.keys(Object(RequestItems)).some(isArn)) return { ...input, RequestItems: byName(membersOf(RequestItems)) };
  return Array.isArray(TransactItems) ? { ...input, TransactItems: TransactItems.map(operationByName) } : input;
}

function byName(requests: Input): Input {
  return Object.fromEntries(
    Object.entries(requests).map(([table, asked]) => [isArn(table) ? nameIn(table) : table, asked]),
  );
}

/** `{ Put: { TableName: <ARN>, … } }`; all else is as it was. */
function operationByName(entry: unknown): unknown {
  const operations = Object.entries(membersOf(entry));
  if (!operations.some(([, members]) => isArn(Object(members).TableName))) return entry;
  return Object.fromEntries(operations.map(([kind, members]) => [kind, withTableNames(membersOf(members))]));
}

function isArn(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('arn:');
}

/** An ARN with an index behind the table's name is none of a table: its permissions would be those of the index. */
function nameIn(arn: string): string {
  const name = arn.startsWith(START) ? arn.slice(START.length) : '';
  if (/^[\w.-]+$/.test(name)) return name;
  throw new AwsError('ValidationException', `The local runtime has no table ${arn}; its tables are ${START}<name>.`);
}

import { localArn } from '../gateway/arn.ts';
import { listMember, membersOf } from '../gateway/input.ts';
import type { Requirement } from '../iam/principal.ts';
import { readContext } from './read-context.ts';
import { operationOf } from './transactions.ts';

type Members = Readonly<Record<string, unknown>>;

/** Actions of a transaction's operations: they need the same permissions as alone, and checks one of their own. */
const OPERATION_PERMISSIONS = {
  ConditionCheck: 'ConditionCheckItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
} as const;

/** What a caller must be allowed to do for a DynamoDB request. */
export function tableRequirements(action: string, input: Members): Requirement[] {
  switch (action) {
    case 'Query':
    case 'Scan':
      return [{ ...on(action, tableOf(input), input['IndexName']), context: readContext(input) }];
    case 'GetItem':
      return [reading(tableOf(input), input)];
    case 'BatchGetItem':
      return Object.entries(membersOf(input['RequestItems'])).map(([table, asked]) => reading(table, asked, action));
    case 'BatchWriteItem':
      return Object.keys(membersOf(input['RequestItems'])).map((table) => on(action, table));
    case 'TransactGetItems':
      return listMember(input, 'TransactItems').map((entry) => {
        const get = membersOf(entry)['Get'];
        return reading(tableOf(get), get);
      });
    case 'TransactWriteItems':
      return unique(
        listMember(input, 'TransactItems').map((entry) => {
          const { kind, members } = operationOf(entry);
          return on(OPERATION_PERMISSIONS[kind], tableOf(members));
        }),
      );
    case 'ListTables':
      return [{ action: 'dynamodb:ListTables', resource: '*' }];
    case 'TagResource':
    case 'UntagResource':
    case 'ListTagsOfResource':
      return [{ action: `dynamodb:${action}`, resource: String(input['ResourceArn']) }];
    default:
      return [on(action, tableOf(input), input['IndexName'])];
  }
}

function reading(table: string, asked: unknown, action = 'GetItem'): Requirement {
  return { ...on(action, table), context: readContext(membersOf(asked)) };
}

function on(action: string, table: string, index?: unknown): Requirement {
  const arn = table.startsWith('arn:') ? table : localArn('dynamodb', `table/${table}`);
  return { action: `dynamodb:${action}`, resource: typeof index === 'string' ? `${arn}/index/${index}` : arn };
}

const tableOf = (members: unknown) => String(membersOf(members)['TableName'] ?? '');

function unique(requirements: readonly Requirement[]): Requirement[] {
  return [...new Map(requirements.map((one) => [`${one.action} ${one.resource}`, one])).values()];
}

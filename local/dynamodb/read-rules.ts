import { AwsError } from '../gateway/aws-error.ts';
import { membersOf } from '../gateway/input.ts';
import type { TableDescription } from './dynalite.ts';

type Members = Readonly<Record<string, unknown>>;

/** What the message calls a `Select` beside which nothing may be projected. */
const CHOICES: Readonly<Record<string, string>> = {
  ALL_ATTRIBUTES: 'ALL_ATTRIBUTES',
  ALL_PROJECTED_ATTRIBUTES: 'ALL_PROJECTED_ATTRIBUTES',
  COUNT: 'only the Count',
};

/**
 * What DynamoDB refuses of a Query or Scan and dynalite does not. Code and words are those that DynamoDB answers.
 * @param input as dynalite has validated it
 * @param describe the table of the request; asked for only where an index is read
 * @throws AwsError `ValidationException`
 */
export async function checkRead(
  input: Members,
  asked: Members,
  describe: () => Promise<TableDescription>,
): Promise<void> {
  checkSelect(input);
  if (input['Segment'] !== undefined && input['TotalSegments'] === undefined)
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  if (input['IndexName'] !== undefined) checkIndex(input, asked, await describe());
}

function checkSelect(input: Members): void {
  const { Select, ProjectionExpression, AttributesToGet, IndexName } = input;
  if (Select === undefined) return;
  const named = ProjectionExpression === undefined ? AttributesToGet && 'AttributesToGet' : 'ProjectionExpression';
  const choice = CHOICES[String(Select)];
  if (choice === undefined && !named)
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  if (choice !== undefined && named) throw invalid(`Cannot specify the ${named} when choosing to get ${choice}`);
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined)
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
}

/** A global index has only what it projects, and is never consistent; dynalite leaves out or forgets the question. */
function checkIndex(input: Members, asked: Members, table: TableDescription): void {
  const index = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === input['IndexName']);
  if (!index) return;
  if (asked['ConsistentRead'] === true) throw invalid('Consistent reads are not supported on global secondary indexes');
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
  if (ProjectionType === 'ALL') return;
  const keys = [...table.KeySchema, ...index.KeySchema].map(({ AttributeName }) => AttributeName);
  const missing = projected(input).filter((name) => !keys.includes(name) && !NonKeyAttributes.includes(name));
  if (missing.length > 0)
    throw invalid(
      `One or more parameter values were invalid: Global secondary index ${index.IndexName} does not project [${missing.join(', ')}]`,
    );
}

/** The attributes to return, each path by its first part. */
function projected(input: Members): string[] {
  const { paths } = membersOf(input['_projection']);
  const names = Array.isArray(paths)
    ? paths.map((path) => (Array.isArray(path) ? path[0] : path))
    : input['AttributesToGet'];
  return Array.isArray(names) ? [...new Set(names.map(String))] : [];
}

const invalid = (message: string) => new AwsError('ValidationException', message);

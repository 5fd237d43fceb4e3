import { membersOf } from '../gateway/input.ts';

type Members = Readonly<Record<string, unknown>>;

/** Names in an expression: of attributes, aliases, functions and values. A path counts by its first part. */
const NAME = /([#:]?[A-Za-z_][\w-]*)((?:\.[#\w-]+|\[\d+\])*)(\s*\()?/g;
/** What came before expressions, and is still taken. */
const OLD_CONDITIONS = ['KeyConditions', 'QueryFilter', 'ScanFilter'];
const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN']);

/**
 * What conditions may ask about a Query or Scan: `dynamodb:Select`, with the default that it has, and `dynamodb:Attributes`,
 * every attribute that the request names, be it to get it or to compare with it.
 */
export function readContext(input: Members): Readonly<Record<string, string | readonly string[]>> {
  const { ProjectionExpression, AttributesToGet, KeyConditionExpression, FilterExpression, IndexName, Select } = input;
  const aliases = membersOf(input['ExpressionAttributeNames']);
  const named = [ProjectionExpression, KeyConditionExpression, FilterExpression].flatMap((expression) =>
    typeof expression === 'string' ? namesIn(expression, aliases) : [],
  );
  const listed = Array.isArray(AttributesToGet) ? AttributesToGet.map(String) : [];
  const compared = OLD_CONDITIONS.flatMap((condition) => Object.keys(membersOf(input[condition])));
  const everything = IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
  const specific = ProjectionExpression !== undefined || AttributesToGet !== undefined;
  return {
    'dynamodb:select': String(Select ?? (specific ? 'SPECIFIC_ATTRIBUTES' : everything)),
    'dynamodb:attributes': [...new Set([...named, ...listed, ...compared])],
  };
}

function namesIn(expression: string, aliases: Members): string[] {
  return [...expression.matchAll(NAME)].flatMap(([, name = '', , call]) => {
    if (call || name.startsWith(':') || KEYWORDS.has(name.toUpperCase())) return [];
    return [name.startsWith('#') ? String(aliases[name] ?? name) : name];
  });
}

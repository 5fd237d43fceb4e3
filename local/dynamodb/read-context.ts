import { membersOf } from '../gateway/input.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Names in an expression: of attributes, aliases, functions and values; of aliases and values also those that begin with a
 * digit. A path counts by its first part.
 */
const NAME = /([#:]\w+|[A-Za-z_]\w*)((?:\s*\.\s*#?\w+|\s*\[\d+\])*)(\s*\()?/g;
/** What came before expressions, and is still taken. */
const OLD_CONDITIONS = ['KeyConditions', 'QueryFilter', 'ScanFilter'];
const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN']);

/**
 * What conditions may ask about a read: `dynamodb:Select`, with the default that it has, and `dynamodb:Attributes`,
 * every attribute that the request names, be it to get it or to compare with it. A member that is null is none.
 */
export function readContext(input: Members): Readonly<Record<string, string | readonly string[]>> {
  const { ProjectionExpression, AttributesToGet, KeyConditionExpression, FilterExpression, IndexName, Select } = input;
  const aliases = membersOf(input['ExpressionAttributeNames']);
  const named = [ProjectionExpression, KeyConditionExpression, FilterExpression].flatMap((expression) =>
    typeof expression === 'string' ? namesIn(expression, aliases) : [],
  );
  const listed = Array.isArray(AttributesToGet) ? AttributesToGet.map(String) : [];
  const compared = OLD_CONDITIONS.flatMap((condition) => Object.keys(membersOf(input[condition])));
  const keys = [input['Key'], ...(Array.isArray(input['Keys']) ? input['Keys'] : [])];
  const located = keys.flatMap((key) => Object.keys(membersOf(key)));
  const everything = isGiven(IndexName) ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES';
  const specific = isGiven(ProjectionExpression) || isGiven(AttributesToGet);
  return {
    'dynamodb:select': String(Select ?? (specific ? 'SPECIFIC_ATTRIBUTES' : everything)),
    'dynamodb:attributes': [...new Set([...named, ...listed, ...compared, ...located])],
  };
}

const isGiven = (member: unknown) => member !== undefined && member !== null;

function namesIn(expression: string, aliases: Members): string[] {
  return [...expression.matchAll(NAME)].flatMap(([, name = '', , call]) => {
    if (call || name.startsWith(':') || KEYWORDS.has(name.toUpperCase())) return [];
    return [name.startsWith('#') ? String(aliases[name] ?? name) : name];
  });
}

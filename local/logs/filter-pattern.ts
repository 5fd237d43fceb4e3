import { AwsError } from '../gateway/aws-error.ts';

type Matcher = (message: string) => boolean;

/**
 * Compiles a CloudWatch Logs filter pattern: words and "phrases" that all must occur, `?words` of which one must,
 * `-words` that must not, and JSON patterns `{ $.level = "ERROR" && $.count > 3 }`.
 * @throws AwsError InvalidParameterException naming what is not supported
 */
export function compileFilter(pattern: string): Matcher {
  const trimmed = pattern.trim();
  if (trimmed === '') return () => true;
  if (trimmed.startsWith('{')) return jsonFilter(trimmed);
  if (trimmed.startsWith('[') || trimmed.startsWith('%')) throw unsupported(trimmed);
  return wordFilter(trimmed);
}

function wordFilter(pattern: string): Matcher {
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign = '', phrase, word]) => ({
    sign,
    text: phrase === undefined ? (word ?? '') : phrase.replace(/\\(.)/g, '$1'),
  }));
  const textsOf = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [all, any, none] = [textsOf(''), textsOf('?'), textsOf('-')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
}

function jsonFilter(pattern: string): Matcher {
  const body = pattern.match(/^\{(.*)\}$/s)?.[1];
  if (body === undefined || /[()]/.test(body.replace(/"[^"]*"/g, ''))) throw unsupported(pattern);
  const alternatives = body.split('||').map((part) => part.split('&&').map((term) => comparison(term.trim(), pattern)));
  return (message) => {
    const document = parse(message);
    return document !== undefined && alternatives.some((all) => all.every((matches) => matches(document)));
  };
}

const COMPARE: Readonly<Record<string, (a: unknown, b: string | number) => boolean>> = {
  '=': (a, b) =>
    typeof b === 'string' && b.includes('*') ? wildcard(b).test(String(a)) : a === b || String(a) === String(b),
  '!=': (a, b) => String(a) !== String(b),
  '>': (a, b) => Number(a) > Number(b),
  '>=': (a, b) => Number(a) >= Number(b),
  '<': (a, b) => Number(a) < Number(b),
  '<=': (a, b) => Number(a) <= Number(b),
};

function comparison(term: string, pattern: string): (document: unknown) => boolean {
  const [, path, operator = '', quoted, bare = ''] =
    term.match(/^\$\.([\w.\-[\]]+)\s*(!=|>=|<=|=|>|<)\s*(?:"(.*)"|(\S+))$/) ?? [];
  const compare = COMPARE[operator];
  const isRegularExpression = /^%.*%$/.test(bare);
  if (path === undefined || !compare || isRegularExpression) throw unsupported(pattern);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  return (document) => {
    const value = keys.reduce<unknown>(
      (node, key) => (node instanceof Object ? Reflect.get(node, key) : undefined),
      document,
    );
    return value !== undefined && compare(value, quoted ?? bare);
  };
}

function wildcard(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // a line that is no JSON matches no JSON pattern
  }
}

function unsupported(pattern: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid filter pattern, or one that the local runtime does not know: ${pattern}`,
  );
}

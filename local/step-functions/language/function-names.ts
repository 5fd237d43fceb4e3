import { FUNCTIONS } from './functions.ts';

/** JSONata's own functions. Source: docs.jsonata.org, "Function library", version 2.0.6, which Step Functions runs. */
const JSONATA = [
  ...['abs', 'append', 'assert', 'average', 'base64decode', 'base64encode', 'boolean', 'ceil', 'clone', 'contains'],
  ...['count', 'decodeUrl', 'decodeUrlComponent', 'distinct', 'each', 'encodeUrl', 'encodeUrlComponent', 'error'],
  ...['exists', 'filter', 'floor', 'formatBase', 'formatInteger', 'formatNumber', 'fromMillis', 'join', 'keys'],
  ...['length', 'lookup', 'lowercase', 'map', 'match', 'max', 'merge', 'millis', 'min', 'not', 'now', 'number'],
  ...['pad', 'parseInteger', 'power', 'random', 'reduce', 'replace', 'reverse', 'round', 'shuffle', 'sift', 'single'],
  ...['sort', 'split', 'spread', 'sqrt', 'string', 'substring', 'substringAfter', 'substringBefore', 'sum', 'toMillis'],
  ...['trim', 'type', 'uppercase', 'zip'],
];

/** Every function that an expression may call, without `$`. Not `$eval`: Step Functions leaves it out. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set([...JSONATA, ...Object.keys(FUNCTIONS)]);

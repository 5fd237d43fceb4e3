/** What EventBridge's parser expects where a value should stand. */
const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/**
 * Says what is wrong with a text that is not JSON, in the words of the parser behind EventBridge (Jackson), first line only:
 * the place it adds names its own Java objects.
 */
export function jsonFault(text: string): string {
  const reader = { text, at: 0 };
  return valueFault(reader) ?? trailingFault(reader) ?? 'The text is not valid JSON';
}

interface Reader {
  text: string;
  at: number;
}

/** Reads one value; undefined when it was fine. */
function valueFault(reader: Reader): string | undefined {
  skipSpace(reader);
  const character = reader.text[reader.at];
  if (character === undefined) return 'No content to map due to end-of-input';
  if (character === '{') return entriesFault(reader, '}', 'Object');
  if (character === '[') return entriesFault(reader, ']', 'Array');
  if (character === '"') return stringFault(reader, 'in VALUE_STRING');
  return tokenFault(reader);
}

function entriesFault(reader: Reader, close: string, kind: 'Object' | 'Array'): string | undefined {
  reader.at++;
  skipSpace(reader);
  if (reader.text[reader.at] === close) return void reader.at++;
  for (;;) {
    const fault = (kind === 'Object' ? nameFault(reader) : undefined) ?? valueFault(reader);
    if (fault) return fault;
    skipSpace(reader);
    const next = reader.text[reader.at];
    if (next === undefined) return `Unexpected end-of-input: expected close marker for ${kind}`;
    if (next === close) return void reader.at++;
    if (next !== ',') return unexpected(next, `was expecting comma to separate ${kind} entries`);
    reader.at++;
    skipSpace(reader);
  }
}

function nameFault(reader: Reader): string | undefined {
  const quote = reader.text[reader.at];
  if (quote === undefined) return 'Unexpected end-of-input: expected close marker for Object';
  if (quote !== '"') return unexpected(quote, 'was expecting double-quote to start field name');
  const fault = stringFault(reader, 'in field name');
  if (fault) return fault;
  skipSpace(reader);
  const colon = reader.text[reader.at];
  if (colon === undefined) return 'Unexpected end-of-input within/between Object entries';
  if (colon !== ':') return unexpected(colon, 'was expecting a colon to separate field name and value');
  reader.at++;
  return undefined;
}

function stringFault(reader: Reader, where: string): string | undefined {
  const end = /"(?:[^"\\]|\\.)*"/sy;
  end.lastIndex = reader.at;
  if (!end.test(reader.text)) return `Unexpected end-of-input ${where}`;
  reader.at = end.lastIndex;
  return undefined;
}

function tokenFault(reader: Reader): string | undefined {
  const [token = ''] = /^[\p{L}\p{N}_$+.-]*/u.exec(reader.text.slice(reader.at)) ?? [];
  if (token === '') return unexpected(reader.text.charAt(reader.at), `expected a valid value ${VALUES}`);
  reader.at += token.length;
  if (/^(null|true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(token)) return undefined;
  return `Unrecognized token '${token}': was expecting ${VALUES}`;
}

function trailingFault(reader: Reader): string | undefined {
  skipSpace(reader);
  const next = reader.text[reader.at];
  return next === undefined ? undefined : unexpected(next, `expected a valid value ${VALUES}`);
}

function unexpected(character: string, expectation: string): string {
  return `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${expectation}`;
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text.charAt(reader.at))) reader.at++;
}

import { isObject, type Json, parseJson } from '../json.ts';
import type { Arguments } from './arguments.ts';

export interface HttpAnswer {
  status: number;
  statusText: string;
  headers: Record<string, string[]>;
  text: string;
}

/** The request's body: JSON, or form fields when Transform asks for them, with what the connection adds. */
export function bodyOf(
  input: Arguments,
  method: string,
  connection: Readonly<Record<string, unknown>>,
): { body?: string; contentType?: string } {
  const own = input.value('RequestBody');
  if (method === 'GET' || method === 'HEAD') return {};
  if (own === undefined && Object.keys(connection).length === 0) return {};
  if (own !== undefined && !isObject(own)) return { body: textOf(own), contentType: 'application/json' };
  const members = { ...own, ...connection };
  if (!asForm(input)) return { body: JSON.stringify(members), contentType: 'application/json' };
  const form = new URLSearchParams(
    Object.entries(members).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function asForm(input: Arguments): boolean {
  if (input.value('Transform') === undefined) return false;
  const encoding = input.object('Transform').text('RequestBodyEncoding');
  if (encoding === 'URL_ENCODED' || encoding === 'NONE') return encoding === 'URL_ENCODED';
  throw input.invalid('Transform/RequestBodyEncoding', `must be URL_ENCODED or NONE, not '${encoding}'`);
}

/** JSON answers become JSON, everything else stays text. */
export function parsedBody({ headers, text }: HttpAnswer): Json {
  const type = headers['content-type']?.[0] ?? '';
  if (!/\bjson\b/i.test(type)) return text;
  try {
    return parseJson(text);
  } catch {
    return text; // it claims to be JSON and is not
  }
}

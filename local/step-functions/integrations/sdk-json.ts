import { isObject, type Json, type JsonObject } from '../json.ts';
import { pascal } from './sdk-clients.ts';

/** The answer of an SDK command as Step Functions shows it: dates in ISO 8601, blobs and streams as text, names with a capital. */
export async function resultOf(output: object, lowerCase: boolean): Promise<JsonObject> {
  const { $metadata: _metadata, ...members } = Object.assign({ $metadata: undefined }, output);
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(members)) {
    const json = await toJson(value, lowerCase);
    if (json !== undefined) result[lowerCase ? pascal(name) : name] = json;
  }
  return result;
}

async function toJson(value: unknown, lowerCase: boolean): Promise<Json | undefined> {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return Promise.all(value.map(async (item) => (await toJson(item, lowerCase)) ?? null));
  if (typeof value !== 'object') return undefined;
  if ('transformToString' in value && typeof value.transformToString === 'function') return value.transformToString();
  return resultOf(value, lowerCase);
}

/** Arguments in the names of the JavaScript client. */
export function inputOf(value: Json, lowerCase: boolean): Json {
  if (!lowerCase) return value;
  if (Array.isArray(value)) return value.map((item) => inputOf(item, lowerCase));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      inputOf(item, lowerCase),
    ]),
  );
}

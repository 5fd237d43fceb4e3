/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type's name as Step Functions writes it in messages: `array`, `null`, `object`, `number`, `string` or `boolean`. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Parses JSON text that this runtime wrote itself or has checked before. */
export function parseJson(text: string): Json {
  return JSON.parse(text);
}

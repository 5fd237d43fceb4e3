import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { AssemblyError } from './assembly-error.ts';

const REMEDY = 'run `npm run synth`';

/**
 * Reads a JSON file of the cloud assembly and validates it.
 * @throws AssemblyError naming the file, the field and how to get a good one
 */
export function readJson<T>(file: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parse(file, read(file)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the document';
  throw new AssemblyError(`${file}: ${field}: ${issue?.message ?? 'is not valid'}; ${REMEDY}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssemblyError(`${file} cannot be read (${codeOf(cause)}); ${REMEDY}`, { cause });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AssemblyError(`${file} is not JSON (${reason}); ${REMEDY}`, { cause });
  }
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(cause);
}

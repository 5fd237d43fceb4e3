import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { boolean, number } from './properties.ts';
import { ProvisionError } from './provision-error.ts';

/** `GenerateSecretString` of a secret, with CloudFormation's defaults. */
export const generation = z.strictObject({
  PasswordLength: number.default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: boolean.default(false),
  ExcludeUppercase: boolean.default(false),
  ExcludeNumbers: boolean.default(false),
  ExcludePunctuation: boolean.default(false),
  IncludeSpace: boolean.default(false),
  RequireEachIncludedType: boolean.default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

type Generation = z.infer<typeof generation>;

const LOWER_CASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPER_CASE = LOWER_CASE.toUpperCase();
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * A random password, or a JSON object that holds one under a key.
 * @throws ProvisionError when the options leave no characters, or the template is no JSON object
 */
export function generateSecretString(options: Generation): string {
  const password = generatePassword(options);
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  if (template === undefined || key === undefined) return password;
  return JSON.stringify({ ...parseTemplate(template), [key]: password });
}

function parseTemplate(template: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(template));
  } catch (cause) {
    throw new ProvisionError('GenerateSecretString.SecretStringTemplate is not a JSON object', { cause });
  }
}

function generatePassword(options: Generation): string {
  const kinds = characterKinds(options);
  const all = kinds.join('');
  if (all === '') throw new ProvisionError('GenerateSecretString excludes all characters');
  const required = options.RequireEachIncludedType ? kinds.map(anyOf) : [];
  const rest = Array.from({ length: Math.max(0, options.PasswordLength - required.length) }, () => anyOf(all));
  return shuffled([...required, ...rest])
    .join('')
    .slice(0, options.PasswordLength);
}

function characterKinds(options: Generation): string[] {
  const kinds = [
    options.ExcludeLowercase ? '' : LOWER_CASE,
    options.ExcludeUppercase ? '' : UPPER_CASE,
    options.ExcludeNumbers ? '' : DIGITS,
    options.ExcludePunctuation ? '' : PUNCTUATION,
    options.IncludeSpace ? ' ' : '',
  ];
  const allowed = (kind: string) => [...kind].filter((each) => !options.ExcludeCharacters.includes(each)).join('');
  return kinds.map(allowed).filter((kind) => kind !== '');
}

function anyOf(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** Each order is equally likely: every character draws a key. */
function shuffled(characters: readonly string[]): string[] {
  return characters
    .map((character) => ({ character, key: randomInt(2 ** 32) }))
    .sort((a, b) => a.key - b.key)
    .map(({ character }) => character);
}

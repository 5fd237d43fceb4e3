import { describe, expect, test } from '@jest/globals';
import { generateSecretString, generation } from '../../../local/provision/generated-secret.ts';

const generate = (options: object) => generateSecretString(generation.parse(options));

describe('GenerateSecretString', () => {
  test('32 characters of every kind unless told otherwise', () => {
    const password = generate({});
    expect(password).toHaveLength(32);
    for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(password).toMatch(kind);
    expect(password).not.toBe(generate({}));
  });

  test('what is excluded does not occur', () => {
    expect(generate({ PasswordLength: 200, ExcludePunctuation: true, ExcludeUppercase: 'true' })).toMatch(
      /^[a-z0-9]{200}$/,
    );
    expect(generate({ PasswordLength: 500, ExcludeCharacters: '"@/\\' })).not.toMatch(/["@/\\]/);
  });

  test('goes under the key of the template', () => {
    const secret = generate({ SecretStringTemplate: '{"previous":""}', GenerateStringKey: 'current' });
    expect(JSON.parse(secret)).toEqual({ previous: '', current: expect.stringMatching(/^.{32}$/s) });
  });

  test('impossible options', () => {
    expect(() => generate({ SecretStringTemplate: '[', GenerateStringKey: 'x' })).toThrow('not a JSON object');
    const nothing = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true };
    expect(() => generate(nothing)).toThrow('excludes all characters');
  });
});

import { ProvisionError } from './provision-error.ts';
import { isObject } from './references.ts';

const REFERENCE = /\{\{resolve:([^:{}]+):([^{}]*)\}\}/g;

/**
 * Replaces `{{resolve:secretsmanager:…}}` in all texts of a value, as CloudFormation does just before it makes a resource.
 * @param secret returns a secret's text by its name or ARN
 * @throws ProvisionError naming the reference, never a value
 */
export function resolveDynamicReferences(value: unknown, secret: (secretId: string) => string): unknown {
  if (typeof value === 'string') return replace(value, secret);
  if (Array.isArray(value)) return value.map((item) => resolveDynamicReferences(item, secret));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolveDynamicReferences(inner, secret)]),
  );
}

function replace(text: string, secret: (secretId: string) => string): string {
  if (!text.includes('{{resolve:')) return text;
  return text.replace(REFERENCE, (reference, service: string, rest: string) => {
    if (service === 'secretsmanager') return secretValue(reference, rest, secret);
    throw new ProvisionError(`${reference}: only secretsmanager can be resolved here`);
  });
}

/** `<name or ARN>[:SecretString[:<json key>[:<version stage>[:<version id>]]]]` */
function secretValue(reference: string, rest: string, secret: (secretId: string) => string): string {
  const parts = rest.split(':');
  const idLength = rest.startsWith('arn:') ? 7 : 1;
  const secretId = parts.slice(0, idLength).join(':');
  const [kind = 'SecretString', key = '', stage = '', version = ''] = parts.slice(idLength);
  if (kind !== 'SecretString') throw new ProvisionError(`${reference}: only SecretString can be resolved`);
  if ((stage !== '' && stage !== 'AWSCURRENT') || version !== '')
    throw new ProvisionError(`${reference}: only the current version can be resolved here`);
  const text = secret(secretId);
  return key === '' ? text : member(reference, text, key);
}

function member(reference: string, text: string, key: string): string {
  const value = parse(reference, text)[key];
  if (value === undefined)
    throw new ProvisionError(`Could not find a value associated with JSONKey in SecretString: ${reference}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(reference: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The parser's message would show a part of the secret.
  }
  throw new ProvisionError(`Could not parse SecretString JSON: ${reference}`);
}

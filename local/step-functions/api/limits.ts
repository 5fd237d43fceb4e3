/** What the API allows for the text of a member. */
interface Limit {
  shortest: number;
  longest: number;
  pattern?: RegExp;
  /** Kept out of errors, as AWS does for payloads and descriptions. */
  sensitive?: boolean;
}

const ARN: Limit = { shortest: 1, longest: 256 };
const LONG_ARN: Limit = { shortest: 1, longest: 2000 };
const DESCRIPTION: Limit = { shortest: 0, longest: 256, sensitive: true };
/** In bytes of UTF-8; who reads the payload measures it. */
const PAYLOAD: Limit = { shortest: 0, longest: Number.POSITIVE_INFINITY, sensitive: true };

/** By the member's name, which means the same wherever it occurs. Source: the service model of the API, 2016-11-23. */
const LIMITS: Readonly<Record<string, Limit>> = {
  cause: { shortest: 0, longest: 32_768, sensitive: true },
  clientToken: { shortest: 1, longest: 64, pattern: /^[!-~]+$/ },
  definition: { shortest: 1, longest: 1_048_576, sensitive: true }, // 1 MiB
  description: DESCRIPTION,
  error: { shortest: 0, longest: 256, sensitive: true },
  executionArn: ARN,
  input: PAYLOAD,
  key: { shortest: 1, longest: 128 },
  logGroupArn: ARN,
  mapRunArn: LONG_ARN,
  name: { shortest: 1, longest: 80 },
  nextToken: { shortest: 1, longest: 1024 },
  output: PAYLOAD,
  resourceArn: ARN,
  roleArn: ARN,
  stateMachineAliasArn: ARN,
  stateMachineArn: ARN,
  stateMachineVersionArn: LONG_ARN,
  taskToken: { shortest: 1, longest: 2048 },
  traceHeader: { shortest: 0, longest: 256, pattern: /^\p{ASCII}*$/u },
  value: { shortest: 0, longest: 256 },
  versionDescription: DESCRIPTION,
};

const ANY: Limit = { shortest: 1, longest: Number.POSITIVE_INFINITY };

/** The constraint that a text breaks, in AWS's words; undefined when it keeps to all. */
export function brokenConstraint(name: string, text: string): string | undefined {
  const { shortest, longest, pattern } = limitOf(name);
  if (text.length < shortest) return `Member must have length greater than or equal to ${shortest}`;
  if (text.length > longest) return `Member must have length less than or equal to ${longest}`;
  if (!pattern || pattern.test(text)) return undefined;
  return `Member must satisfy regular expression pattern: ${pattern.source.replace(/^\^|\$$/g, '')}`;
}

export function isSensitive(name: string): boolean {
  return limitOf(name).sensitive ?? false;
}

function limitOf(name: string): Limit {
  return (Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined) ?? ANY;
}

import { z } from 'zod';

const strings = z.union([z.string(), z.array(z.string())]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const principals = z.union([
  z.literal('*'),
  z.strictObject({
    AWS: strings.optional(),
    Service: strings.optional(),
    Federated: strings.optional(),
    CanonicalUser: strings.optional(),
  }),
]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principals.optional(),
  NotPrincipal: principals.optional(),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Resource: strings.optional(),
  NotResource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)]))).optional(),
});

const document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement)]),
});

/** One statement of an IAM policy, in AWS's JSON shape. */
export type PolicyStatement = z.infer<typeof statement>;

/** An IAM policy document in AWS's JSON shape. Without `Version` it is `2008-10-17`, which has no policy variables. */
export type PolicyDocument = z.infer<typeof document>;

/** `Principal` or `NotPrincipal` of a statement. */
export type PolicyPrincipals = z.infer<typeof principals>;

/** A policy that cannot be evaluated: it would be wrong to guess whether it allows anything. */
export class PolicyError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PolicyError';
  }
}

/**
 * Validates a policy document.
 * @param where names the policy for the error: `policy ReadBucket of role app-role`
 * @throws PolicyError naming the policy, the statement and the element that is not known
 */
export function parsePolicy(value: unknown, where: string): PolicyDocument {
  const parsed = document.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues);
  throw new PolicyError(`${where}: ${issue.path.length > 0 ? `${path(issue.path)}: ` : ''}${issue.message}`);
}

type Issue = { path: PropertyKey[]; message: string };

/** A union reports each branch; the branch that went furthest into the document tells what the author meant. */
function deepest(issues: readonly z.core.$ZodIssue[]): Issue {
  const all = issues.flatMap((issue): Issue[] =>
    issue.code === 'invalid_union'
      ? issue.errors.filter((branch) => branch.length > 0).map((branch) => prefixed(issue.path, deepest(branch)))
      : [{ path: issue.path, message: issue.message }],
  );
  return all.reduce((best, issue) => (issue.path.length > best.path.length ? issue : best), {
    path: [],
    message: all[0]?.message ?? 'is not a policy document',
  });
}

function prefixed(path: PropertyKey[], issue: Issue): Issue {
  return { path: [...path, ...issue.path], message: issue.message };
}

function path(parts: readonly PropertyKey[]): string {
  return parts
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** The statements of a document, whichever of the two notations it uses. */
export function statementsOf(policy: PolicyDocument): PolicyStatement[] {
  return Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
}

/** A list, whichever of the two notations (`"x"` or `["x"]`) a policy uses. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

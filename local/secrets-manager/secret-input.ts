import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import { constraintMessage, refuseUnserved } from '../gateway/constraint.ts';
import type { JsonAction } from '../gateway/service.ts';

type Input = Readonly<Record<string, unknown>>;

/** Bytes of a value, text or not (Secrets Manager's quotas). */
const LARGEST_VALUE = 65_536;
const TOO_LARGE = `Member must have length less than or equal to ${LARGEST_VALUE}`;

const bytesUpTo = (most: number, encoding: BufferEncoding) =>
  z
    .string()
    .min(1)
    .refine((value) => Buffer.byteLength(value, encoding) <= most, TOO_LARGE)
    .nullish();

const SecretId = z.string().min(1).max(2048);
const value = {
  ClientRequestToken: z.string().min(32).max(64).nullish(),
  SecretString: bytesUpTo(LARGEST_VALUE, 'utf8'),
  SecretBinary: bytesUpTo(LARGEST_VALUE, 'base64'),
};
const Description = z.string().max(2048).nullish();
const page = {
  MaxResults: z.number().int().min(1).max(100).nullish(),
  NextToken: z.string().min(1).max(4096).nullish(),
};
const filter = z.object({
  Key: z.enum(['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all']),
  Values: z.array(z.string()).min(1).max(10),
});

/** What the actions take, with the bounds of AWS's API model; actions that are not here check their members themselves. */
const SCHEMAS: Readonly<Record<string, z.ZodObject>> = {
  CreateSecret: z.object({ Name: z.string().min(1).max(512), Description, ...value, Tags: z.unknown().optional() }),
  PutSecretValue: z.object({ SecretId, ...value, VersionStages: z.array(z.string()).min(1).max(20).nullish() }),
  UpdateSecret: z.object({ SecretId, Description, ...value }),
  DeleteSecret: z.object({
    SecretId,
    RecoveryWindowInDays: z.number().int().nullish(),
    ForceDeleteWithoutRecovery: z.boolean().nullish(),
  }),
  ListSecrets: z.object({
    ...page,
    IncludePlannedDeletion: z.boolean().nullish(),
    Filters: z.array(filter).max(10).nullish(),
    SortOrder: z.enum(['asc', 'desc']).nullish(),
    // Nobody notes here who reads a secret when, so that there is no order by it.
    SortBy: z.enum(['created-date', 'last-changed-date', 'name']).nullish(),
  }),
  ListSecretVersionIds: z.object({ SecretId, ...page, IncludeDeprecated: z.boolean().nullish() }),
};

/** The actions, none of which runs with an input that Secrets Manager refuses or of which a part would have no effect. */
export function withCheckedInput(actions: Readonly<Record<string, JsonAction>>): Readonly<Record<string, JsonAction>> {
  const checked = Object.entries(actions).map(([name, { requires, run }]): [string, JsonAction] => [
    name,
    {
      requires,
      run: (input, context) => {
        checkInput(name, input);
        return run(input, context);
      },
    },
  ]);
  return Object.fromEntries(checked);
}

/** Throws `AwsError` ValidationException, InvalidParameterException; no message holds a secret's value. */
function checkInput(action: string, input: Input): void {
  const schema = SCHEMAS[action];
  if (!schema) return;
  refuseUnserved(input, Object.keys(schema.shape), 'InvalidParameterException');
  const { error } = schema.safeParse(input);
  if (error)
    throw new AwsError('ValidationException', constraintMessage(error, input, ['SecretString', 'SecretBinary']));
  for (const [holds, message] of RULES) if (!holds(input)) throw new AwsError('InvalidParameterException', message);
}

const isGiven = (member: unknown) => member !== undefined && member !== null;

/** What must hold between members, and what Secrets Manager says when it does not. */
const RULES: readonly (readonly [holds: (input: Input) => boolean, message: string])[] = [
  [
    ({ SecretString, SecretBinary }) => !(isGiven(SecretString) && isGiven(SecretBinary)),
    "You can't specify both a binary secret value and a string secret value in the same secret.",
  ],
  [
    ({ Name }) => !isGiven(Name) || /^[\w/+=.@!-]+$/.test(String(Name)),
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  ],
  [
    ({ RecoveryWindowInDays, ForceDeleteWithoutRecovery }) =>
      !(isGiven(RecoveryWindowInDays) && ForceDeleteWithoutRecovery === true),
    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
  ],
  [
    ({ RecoveryWindowInDays: days }) => !isGiven(days) || (Number(days) >= 7 && Number(days) <= 30),
    'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
  ],
];

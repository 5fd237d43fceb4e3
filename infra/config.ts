import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { text, wholeNumber } from './config-values.ts';
import { fileDistributionSchema } from './file-distribution-config.ts';
import { operationSettings } from './operation-config.ts';

/** The one configuration file, beside `package.json`. Optional: without it everything has its default. */
export const CONFIG_FILE = fileURLToPath(new URL('../storygate.config.json', import.meta.url));

/** The retention periods that CloudWatch Logs knows, in days. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 3653,
];
const DAY_SECONDS = 86_400;
/** An execution lives a year at most; a gate must give up before that, so that its own timeout is what ends it. */
const LONGEST_WAIT_SECONDS = 364 * DAY_SECONDS;

/** Part of resource names, S3's included: `<name>-<stage>-<account>-<region>`, 17 + 16 + 12 + 14 and 3 dashes, has at most 63 characters. */
const stageSchema = z.string({ error: 'a stage name such as dev or prod' }).regex(/^[a-z][a-z0-9]{0,15}$/, {
  error: 'a stage name of at most 16 lower-case letters and digits, such as dev or prod',
});

const apiSchema = z.union(
  [
    z.literal('mock'),
    z.strictObject({
      endpoint: text(/^https:\/\/[^\s/]+(\/\S*)?$/, 'a URL that starts with https://'),
      secretName: text(/^[\w/+=.@-]{1,512}$/, 'the name of a secret in Secrets Manager'),
      secretKey: text(/^[\w.-]{1,128}$/, 'the key of the bearer token in the JSON of the secret').default('token'),
    }),
  ],
  { error: '"mock" or {"endpoint": "https://…", "secretName": "…", "secretKey": "token"}' },
);

const namesSchema = z
  .array(z.string({ error: 'a name as Jira shows it' }).trim().min(1, { error: 'a name as Jira shows it' }), {
    error: 'a list of names as Jira shows them',
  })
  .default([]);
const listsSchema = z.strictObject(
  { statuses: namesSchema, resolutions: namesSchema },
  { error: '{"statuses": […], "resolutions": […]}' },
);
const none = { statuses: [], resolutions: [] };
const criteriaSchema = z
  .strictObject(
    { approve: listsSchema.default(none), reject: listsSchema.default(none) },
    { error: '{"approve": {…}, "reject": {…}}' },
  )
  .refine(({ approve }) => approve.statuses.length + approve.resolutions.length > 0, {
    error: 'at least one status or resolution that approves: nothing else would ever open the gate',
  });

const WORKFLOWS = ['release-gate', 'file-distribution', 'message-record'] as const;

const settings = {
  /** First part of all names. Another one lets several gates of one stage live in one account and region. */
  name: text(/^[a-z][a-z0-9-]{0,16}$/, 'a name of at most 17 lower-case letters, digits and dashes').default(
    'storygate',
  ),
  /** Which stacks there are. Names of the last two are fixed by their contract: one of each in an account and region. */
  workflows: z
    .array(z.enum(WORKFLOWS, { error: `one of ${WORKFLOWS.join(', ')}` }), { error: 'a list of workflows' })
    .min(1, { error: 'at least one workflow' })
    .default([...WORKFLOWS]),
  /** Where each release API is, `"mock"` for the one that ships. The secret holds JSON with the bearer token under `secretKey`. */
  apis: z
    .strictObject(
      {
        validation: apiSchema.default('mock'),
        deployment: apiSchema.default('mock'),
        notification: apiSchema.default('mock'),
      },
      { error: '{"validation": …, "deployment": …, "notification": …}' },
    )
    .default({ validation: 'mock', deployment: 'mock', notification: 'mock' }),
  /** How long a gate waits for its decision. No answer is no approval. */
  waitTimeoutSeconds: wholeNumber(1, LONGEST_WAIT_SECONDS).default(DAY_SECONDS),
  /** After which share of its timeout people are reminded of a gate that still waits. */
  reminderPercent: wholeNumber(1, 99).default(75),
  /** What in Jira approves and what rejects, for all projects and for single ones. Empty: the built-in criteria. */
  decisionCriteria: z
    .strictObject(
      {
        default: criteriaSchema.optional(),
        projects: z
          .record(
            z.string().regex(/^[A-Z][A-Z0-9_]{1,254}$/, { error: 'a Jira project key such as PROJ' }),
            criteriaSchema,
            {
              error: '{"PROJ": {"approve": {…}, "reject": {…}}}',
            },
          )
          .optional(),
      },
      { error: '{"default": {…}, "projects": {…}}' },
    )
    .default({}),
  /** How old a native webhook may be. Jira itself may deliver 30 minutes late and retries for over an hour. */
  replayWindowSeconds: wholeNumber(60, 30 * DAY_SECONDS).default(DAY_SECONDS),
  /** How long before the start of an execution a decision may have been made and still count for it. */
  earlyDecisionGraceSeconds: wholeNumber(0, 7 * DAY_SECONDS).default(0),
  /** How long a decision that nothing waits for is kept, for an execution that starts late and for the audit trail. */
  parkedRetentionSeconds: wholeNumber(3600, 365 * DAY_SECONDS).default(7 * DAY_SECONDS),
  fileDistribution: fileDistributionSchema,
  /** Default: a year in prod, 30 days elsewhere. */
  logRetentionDays: z
    .number({ error: `one of ${LOG_RETENTION_DAYS.join(', ')}` })
    .refine((days) => LOG_RETENTION_DAYS.includes(days), { error: `one of ${LOG_RETENTION_DAYS.join(', ')}` })
    .optional(),
  /** Whether data outlives the stack. True for prod, false for every other stage unless told otherwise. */
  retainData: z.boolean({ error: 'true or false' }).optional(),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], { error: 'DEBUG, INFO, WARN or ERROR' }).default('INFO'),
};

const configSchema = z
  .strictObject({ stage: stageSchema, ...settings, ...operationSettings }, { error: 'an object' })
  .transform((config) => {
    const production = config.stage === 'prod';
    const alarms = { ...config.alarms, enabled: config.alarms.enabled ?? production };
    return {
      ...config,
      alarms,
      dashboard: config.dashboard ?? alarms.enabled,
      retainData: config.retainData ?? production,
      usersMayDecide: config.usersMayDecide ?? !production,
      logRetentionDays: config.logRetentionDays ?? (production ? 365 : 30),
    };
  });
const fileSchema = z.looseObject(
  {
    /** For editors: `docs/schemas/config.schema.json`. */
    $schema: z.string().optional(),
    stage: stageSchema.default('dev'),
    /** Settings that differ in one stage: they replace the file's own, field by field. */
    stages: z.record(stageSchema, z.record(z.string(), z.unknown()), { error: '{"prod": {…settings…}}' }).default({}),
  },
  { error: 'an object' },
);

/** The file as a whole, for those who write one. `parseConfig` checks it in two steps: the stage first, then what holds for it. */
export const configFileSchema = z.strictObject({
  ...fileSchema.shape,
  ...settings,
  ...operationSettings,
  stages: z.record(stageSchema, z.strictObject({ ...settings, ...operationSettings }).partial()).optional(),
});

/** What one stage of Storygate is built from. Durations in the unit that the field's name ends in. */
export type Config = z.infer<typeof configSchema>;
/** The release APIs that the workflow calls. */
export type ApiName = keyof Config['apis'];

/** The configuration cannot be used. One line for each field: where, what it is, what it should be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const show = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value));

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
}

function explain(where: string, error: z.ZodError, input: unknown): ConfigError {
  const lines = error.issues.map((issue) => {
    const field = issue.path.join('.') || 'the configuration';
    if (issue.code === 'unrecognized_keys')
      return `${where}: ${[...issue.path, issue.keys.join(', ')].join('.')} is not a known field of ${field}`;
    if (issue.code === 'invalid_key') {
      const expected = issue.issues.map(({ message }) => message).join(', ');
      return `${where}: ${issue.path.slice(0, -1).join('.')} has the key ${show(issue.path.at(-1))}, expected ${expected}`;
    }
    return `${where}: ${field} is ${show(valueAt(input, issue.path))}, expected ${issue.message}`;
  });
  return new ConfigError(lines.join('\n'));
}

/**
 * Validates what a configuration file holds and settles it for one stage.
 * @param input the parsed file
 * @param stage overrides the file's own `stage`
 * @param where what errors call the input
 * @throws ConfigError
 */
export function parseConfig(input: unknown, stage?: string, where = 'storygate.config.json'): Config {
  const file = fileSchema.safeParse(stage === undefined || typeof input !== 'object' ? input : { ...input, stage });
  if (!file.success) throw explain(where, file.error, stage === undefined ? input : { stage });
  const { stages, $schema: _, ...common } = file.data;
  const settled = { ...common, ...stages[file.data.stage] };
  const config = configSchema.safeParse(settled);
  if (!config.success) throw explain(where, config.error, settled);
  return config.data;
}

function readJson(file: string): unknown {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(
      `${basename(file)}: not valid JSON (${error instanceof Error ? error.message : String(error)})`,
      {
        cause: error,
      },
    );
  }
}

/**
 * The configuration of a stage: `-c stage=…` or `--stage` (given as `stage`), else STORYGATE_STAGE, else the file's own, else dev.
 * @throws ConfigError
 */
export function loadConfig(stage = process.env['STORYGATE_STAGE'], file = CONFIG_FILE): Config {
  return parseConfig(readJson(file), stage);
}

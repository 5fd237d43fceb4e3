import { toJSONSchema } from 'zod';
import type { $ZodType } from 'zod/v4/core';
import { DistributionBody } from '../services/file-distribution/distribution-request.ts';
import {
  AutomationFormatBody,
  NativeBody,
  PostFunctionBody,
  ServiceManagementBody,
  SimpleBody,
} from '../services/ingest/decision-bodies.ts';
import { StartBody } from '../services/ingest/start-request.ts';
import { Callback } from '../services/shared/callback.ts';
import { configFileSchema } from './config.ts';
import { workflowFile } from './workflow-file.ts';

/** Something that Storygate takes in: who sends it, and the schema that the code itself checks with. */
interface Input {
  title: string;
  schema: $ZodType;
  /** What JSON Schema can say of a property and the conversion does not: a text that is trimmed and lowered before it is compared. */
  properties?: Readonly<Record<string, object>>;
}

/** By the name of the file in `docs/schemas/`. */
const INPUTS: Readonly<Record<string, Input>> = {
  'workflow-file': { title: 'A file in inputs/ of the workflow bucket', schema: workflowFile },
  'callback-simple': {
    title: 'POST /callback: Automation, “Send web request” with custom data',
    schema: SimpleBody,
    properties: { status: { enum: ['success', 'failure'] } },
  },
  'callback-automation-format': {
    title: 'POST /callback: Automation, “Automation format”',
    schema: AutomationFormatBody,
  },
  'callback-native': { title: 'POST /callback: a native webhook of Jira Cloud or Data Center', schema: NativeBody },
  'callback-post-function': { title: 'POST /callback: the post-function “Trigger webhook”', schema: PostFunctionBody },
  'callback-service-management': {
    title: 'POST /callback: Jira Service Management, legacy automation',
    schema: ServiceManagementBody,
  },
  'callback-envelope': { title: 'A message in the callback queue', schema: Callback },
  'start-execution': { title: 'POST /executions', schema: StartBody },
  'start-distribution': { title: 'POST /step-function', schema: DistributionBody },
  config: { title: 'storygate.config.json', schema: configFileSchema },
};

/**
 * The published JSON Schemas (draft 2020-12): file name → content. They ask for the canonical form; the code also takes what it can
 * bring into it (a story in lower case), and checks what JSON Schema cannot say.
 */
export function jsonSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(INPUTS).map(([name, { title, schema, properties = {} }]) => {
      const { $schema, ...rest } = toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
      for (const [property, more] of Object.entries(properties)) Object.assign(rest.properties?.[property] ?? {}, more);
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}

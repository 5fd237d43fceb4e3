import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { type Config, parseConfig } from '../../infra/config.ts';
import { FUNCTION_ENTRIES } from '../../infra/functions.ts';
import { ReleaseGateStack } from '../../infra/release-gate-stack.ts';

const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
  Principal: z.unknown().optional(),
  Condition: z.unknown().optional(),
});
const policySchema = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(statementSchema) }),
    Roles: z.array(z.object({ Ref: z.string() })).optional(),
  }),
});
const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});

/** The template of a release gate, with empty functions. */
export function gateTemplate(settings: Record<string, unknown> = {}): Template {
  return stackTemplate(ReleaseGateStack, settings);
}

/** The template of a workflow, with empty functions. */
export function stackTemplate(
  Workflow: new (scope: App, config: Config) => Stack,
  settings: Record<string, unknown> = {},
): Template {
  const functions = mkdtempSync(join(tmpdir(), 'storygate-functions-'));
  for (const name of Object.keys(FUNCTION_ENTRIES)) {
    mkdirSync(join(functions, name));
    writeFileSync(join(functions, name, 'index.mjs'), 'export const handler = async () => {};');
  }
  const cdk = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')));
  const app = new App({ analyticsReporting: false, context: { ...cdk.context, 'storygate:functions': functions } });
  return Template.fromStack(new Workflow(app, parseConfig(settings)));
}

export interface Resource {
  id: string;
  type: string;
  properties: Record<string, unknown>;
  deletionPolicy: string | undefined;
}

export function resources(template: Template): Resource[] {
  return Object.entries(z.record(z.string(), resourceSchema).parse(template.toJSON()['Resources'])).map(
    ([id, { Type, Properties, DeletionPolicy }]) => ({
      id,
      type: Type,
      properties: Properties,
      deletionPolicy: DeletionPolicy,
    }),
  );
}

/** All statements of policies of one type, identity (`AWS::IAM::Policy`) or resource. */
export function statements(template: Template, type: string): z.infer<typeof statementSchema>[] {
  const policies = z.record(z.string(), policySchema).parse(template.findResources(type));
  return Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** What a role may do, one line a statement: `actions on resources if condition`. `role` is its logical id without the hash. */
export function permissions(template: Template, role: string): string[] {
  const policies = z.record(z.string(), policySchema).parse(template.findResources('AWS::IAM::Policy'));
  return Object.values(policies)
    .filter(({ Properties }) => Properties.Roles?.some(({ Ref }) => withoutHash(Ref) === role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.map(line));
}

function line({ Effect, Action, Resource, Condition }: z.infer<typeof statementSchema>): string {
  const condition = Condition === undefined ? '' : ` if ${JSON.stringify(readable(Condition))}`;
  return `${Effect} ${[Action].flat().join(' ')} on ${[readable(Resource)].flat().join(' ')}${condition}`;
}

const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

/** Replaces references by names that a person can read. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[key, argument] = ['', undefined]] = entries;
  if (key === 'Ref') return `<${withoutHash(String(argument))}>`;
  if (key === 'Fn::GetAtt' && Array.isArray(argument)) return `<${withoutHash(argument[0])}.${argument[1]}>`;
  if (key === 'Fn::Select') return `<part of ${JSON.stringify(readable(argument))}>`;
  if (key === 'Fn::Join' && Array.isArray(argument)) return argument[1].map(readable).join(argument[0]);
  return Object.fromEntries(entries.map(([name, inner]) => [name, readable(inner)]));
}

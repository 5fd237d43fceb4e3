import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AssemblyError } from './assembly-error.ts';
import { Assets } from './assets.ts';
import { readJson } from './read-json.ts';
import { type Template, templateSchema } from './template.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const artifact = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('aws:cloudformation:stack'),
    dependencies: z.array(z.string()).default([]),
    displayName: z.string().optional(),
    properties: z.object({
      templateFile: z.string(),
      stackName: z.string().optional(),
      parameters: z.record(z.string(), scalar).default({}),
      tags: z.record(z.string(), z.string()).default({}),
    }),
  }),
  z.object({ type: z.literal('cdk:asset-manifest'), properties: z.object({ file: z.string() }) }),
  z.object({ type: z.literal('cdk:tree') }),
  z.object({ type: z.literal('cdk:feature-flag-report') }),
]);

const manifest = z.object({ version: z.string(), artifacts: z.record(z.string(), artifact) });

/** One stack of the app, as `cdk synth` wrote it. */
export interface AssemblyStack {
  name: string;
  /** Absolute path of the template. */
  templateFile: string;
  template: Template;
  /** Undefined when the stack has none. */
  assets: Assets | undefined;
  /** Names of the stacks that must exist before this one. */
  dependencies: readonly string[];
  parameters: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

/** The synthesized app. */
export interface Assembly {
  /** Absolute path of `cdk.out`. */
  directory: string;
  /** Dependencies first. */
  stacks: readonly AssemblyStack[];
}

/**
 * Reads a cloud assembly.
 * @param directory usually `cdk.out`
 * @throws AssemblyError, one line: what is wrong with which file and how to get a good one
 */
export function readAssembly(directory: string): Assembly {
  const root = resolve(directory);
  const file = join(root, 'manifest.json');
  if (!existsSync(file)) throw new AssemblyError(`no cloud assembly in ${root}; run \`npm run synth\``);
  const { artifacts } = readJson(file, manifest);
  const stacks = Object.values(artifacts).flatMap((entry) =>
    entry.type === 'aws:cloudformation:stack' ? [readStack(root, entry, artifacts)] : [],
  );
  return { directory: root, stacks: ordered(stacks) };
}

/**
 * The stacks with these names and those they depend on, dependencies first.
 * @throws AssemblyError listing the names there are
 */
export function selectStacks(assembly: Assembly, names: readonly string[]): AssemblyStack[] {
  const wanted = new Set<string>();
  for (const name of names) add(assembly, name, wanted);
  return assembly.stacks.filter((stack) => wanted.has(stack.name));
}

function add(assembly: Assembly, name: string, wanted: Set<string>): void {
  if (wanted.has(name)) return;
  const stack = assembly.stacks.find((candidate) => candidate.name === name);
  if (!stack) {
    const known = assembly.stacks.map((candidate) => candidate.name).join(', ') || 'none';
    throw new AssemblyError(`no stack ${name} in ${assembly.directory}; there are: ${known}`);
  }
  wanted.add(name);
  for (const dependency of stack.dependencies) add(assembly, dependency, wanted);
}

type Artifact = z.infer<typeof artifact>;
type StackArtifact = Extract<Artifact, { type: 'aws:cloudformation:stack' }>;

function readStack(root: string, entry: StackArtifact, artifacts: Readonly<Record<string, Artifact>>): AssemblyStack {
  const { properties } = entry;
  const templateFile = join(root, properties.templateFile);
  return {
    name: nameOf(entry),
    templateFile,
    template: readJson(templateFile, templateSchema),
    assets: assetsOf(root, entry, artifacts),
    dependencies: entry.dependencies.flatMap((id) => {
      const dependency = artifacts[id];
      return dependency?.type === 'aws:cloudformation:stack' ? [nameOf(dependency)] : [];
    }),
    parameters: Object.fromEntries(Object.entries(properties.parameters).map(([key, value]) => [key, String(value)])),
    tags: properties.tags,
  };
}

function nameOf(entry: StackArtifact): string {
  return entry.properties.stackName ?? entry.properties.templateFile.replace(/\.template\.json$/, '');
}

function assetsOf(
  root: string,
  entry: StackArtifact,
  artifacts: Readonly<Record<string, Artifact>>,
): Assets | undefined {
  for (const id of entry.dependencies) {
    const dependency = artifacts[id];
    if (dependency?.type === 'cdk:asset-manifest') return new Assets(join(root, dependency.properties.file));
  }
  return undefined;
}

/** Dependencies first; otherwise the order of the manifest. The CDK refuses stacks that depend on each other. */
function ordered(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const done = new Set<AssemblyStack>();
  const visit = (stack: AssemblyStack): void => {
    if (done.has(stack)) return;
    for (const name of stack.dependencies) {
      const dependency = stacks.find((candidate) => candidate.name === name);
      if (dependency && dependency !== stack) visit(dependency);
    }
    done.add(stack);
  };
  for (const stack of stacks) visit(stack);
  return [...done];
}

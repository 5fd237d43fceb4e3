import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { AssemblyStack } from '../local/assembly/assembly.ts';
import { JsonSource } from '../local/json-source.ts';
import type { Finding } from './finding.ts';
import type { Origin } from './plan/plan.ts';

/** The templates of an app as texts, for the lines of findings. */
export class TemplateSources {
  readonly #root: string;
  readonly #sources = new Map<string, JsonSource>();

  /** @param root findings name files relative to it */
  constructor(root: string) {
    this.#root = root;
  }

  /** The place of a property of a resource, for a finding. */
  at({ stack, logicalId }: Origin, path: readonly (string | number)[]): Pick<Finding, 'file' | 'line' | 'column'> {
    const source = this.#of(stack);
    return { file: source.file, ...source.position(['Resources', logicalId, ...path]) };
  }

  /** How a person finds a resource: its construct path, or its logical id where the template has none. */
  nameOf({ stack, logicalId }: Origin): string {
    const metadata: unknown = stack.template.Resources[logicalId]?.Metadata;
    const path: unknown = Object(metadata)['aws:cdk:path'];
    return typeof path === 'string' ? path : logicalId;
  }

  #of(stack: AssemblyStack): JsonSource {
    const known = this.#sources.get(stack.templateFile);
    if (known) return known;
    const source = new JsonSource(relative(this.#root, stack.templateFile), readFileSync(stack.templateFile, 'utf8'));
    this.#sources.set(stack.templateFile, source);
    return source;
  }
}

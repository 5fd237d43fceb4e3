import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { codeDigest } from './code-digest.ts';
import { type FunctionReference, functionArn } from './function-arn.ts';
import type { FunctionDefinition, FunctionVersion } from './function-definition.ts';

/** A movable name for a version. */
export interface FunctionAlias {
  name: string;
  /** `$LATEST` or a number. */
  functionVersion: string;
  description?: string;
}

interface StoredFunction {
  latest: FunctionVersion;
  versions: FunctionVersion[];
  aliases: Map<string, FunctionAlias>;
}

/** The functions of the loaded stacks with their versions and aliases. Provisioning rebuilds it at each start. */
export class FunctionStore {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #functions = new Map<string, StoredFunction>();

  constructor(options: { clock: Pick<Clock, 'now'> }) {
    this.#clock = options.clock;
  }

  /** Creates or updates a function. Returns what it replaced, if its code or configuration changed. */
  put(definition: FunctionDefinition): FunctionVersion | undefined {
    const { sha256, size } = codeDigest(definition.codeDirectory);
    const known = this.#functions.get(definition.name);
    if (known?.latest.codeSha256 === sha256 && isDeepStrictEqual(known.latest.definition, definition)) return undefined;
    const latest: FunctionVersion = {
      definition,
      version: '$LATEST',
      codeSha256: sha256,
      codeSize: size,
      lastModified: new Date(this.#clock.now()).toISOString(),
    };
    this.#functions.set(definition.name, { versions: [], aliases: new Map(), ...known, latest });
    return known?.latest;
  }

  /** Publishes the latest state as a numbered version; the last one again when nothing changed since. */
  publish(name: string, description?: string): FunctionVersion {
    const stored = this.#get({ name });
    const last = stored.versions.at(-1);
    if (last?.codeSha256 === stored.latest.codeSha256 && last.definition === stored.latest.definition) return last;
    const version = String(stored.versions.length + 1);
    const published = { ...stored.latest, version, ...(description === undefined ? {} : { description }) };
    stored.versions.push(published);
    return published;
  }

  putAlias(name: string, alias: FunctionAlias): void {
    this.resolve({ name, qualifier: alias.functionVersion });
    this.#get({ name }).aliases.set(alias.name, alias);
  }

  /** The version behind a reference. @throws AwsError `ResourceNotFoundException` */
  resolve(reference: FunctionReference): FunctionVersion {
    const stored = this.#get(reference);
    const { qualifier = '$LATEST' } = reference;
    const version = stored.aliases.get(qualifier)?.functionVersion ?? qualifier;
    const found = [stored.latest, ...stored.versions].find((one) => one.version === version);
    if (!found) throw notFound(reference);
    return found;
  }

  alias(name: string, alias: string): FunctionAlias {
    const found = this.#get({ name }).aliases.get(alias);
    if (!found)
      throw new AwsError(
        'ResourceNotFoundException',
        `Cannot find alias arn: ${functionArn({ name, qualifier: alias })}`,
        {
          status: 404,
        },
      );
    return found;
  }

  aliases(name: string): FunctionAlias[] {
    return [...this.#get({ name }).aliases.values()];
  }

  /** `$LATEST` and all numbered versions. */
  versions(name: string): FunctionVersion[] {
    const stored = this.#get({ name });
    return [stored.latest, ...stored.versions];
  }

  has(name: string): boolean {
    return this.#functions.has(name);
  }

  /** The latest state of every function, by name. */
  all(): FunctionVersion[] {
    const latest = [...this.#functions.values()].map((stored) => stored.latest);
    return latest.sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
  }

  #get(reference: FunctionReference): StoredFunction {
    const stored = this.#functions.get(reference.name);
    if (!stored) throw notFound(reference);
    return stored;
  }
}

function notFound(reference: FunctionReference): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${functionArn(reference)}`, { status: 404 });
}

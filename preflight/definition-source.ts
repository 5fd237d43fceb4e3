import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { JsonSource } from '../local/json-source.ts';
import { isObject } from '../local/provision/references.ts';
import type { Finding } from './finding.ts';
import type { Origin } from './plan/plan.ts';
import type { TemplateSources } from './template-source.ts';

/** Folder of the state machines' sources, beside the assembly. */
const SOURCES = 'asl';

/** Of a resource, intrinsic functions resolved. */
type Properties = Readonly<Record<string, unknown>>;

type Place = Pick<Finding, 'file' | 'line' | 'column'>;

/** The definition of a state machine as its author wrote it, with what fills its placeholders. */
export interface DefinitionSource {
  source: JsonSource;
  substitutions: ReadonlyMap<string, string>;
  type: 'STANDARD' | 'EXPRESS';
  /** Where a part of it stands. */
  place(path: readonly (string | number)[], offset?: number): Place;
}

/**
 * Finds the text of a state machine: the file in `asl/` whose copy the template deploys, or the copy itself, or the
 * text in the template.
 */
export class DefinitionSources {
  readonly #root: string;
  readonly #templates: TemplateSources;
  #files: readonly JsonSource[] | undefined;

  /** @param root the project's directory, to which findings name files relative */
  constructor(root: string, templates: TemplateSources) {
    this.#root = root;
    this.#templates = templates;
  }

  /**
   * @param properties of the state machine, intrinsic functions resolved
   * @throws AssemblyError when the assembly has no such file
   */
  of(origin: Origin, properties: Properties): DefinitionSource | undefined {
    const located = this.#deployed(origin, properties) ?? this.#inline(origin, properties);
    return (
      located && {
        ...located,
        substitutions: substitutionsOf(properties['DefinitionSubstitutions']),
        type: properties['StateMachineType'] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      }
    );
  }

  #deployed({ stack }: Origin, properties: Properties): Pick<DefinitionSource, 'source' | 'place'> | undefined {
    const location = properties['DefinitionS3Location'];
    if (!isObject(location) || !stack.assets) return undefined;
    const { path } = stack.assets.find(String(location['Key']));
    const text = readFileSync(path, 'utf8');
    return inFile(this.#original(text) ?? new JsonSource(relative(this.#root, path), text));
  }

  #inline(origin: Origin, properties: Properties): Pick<DefinitionSource, 'source' | 'place'> | undefined {
    const property = properties['DefinitionString'] === undefined ? 'Definition' : 'DefinitionString';
    const value = properties[property];
    if (value === undefined) return undefined;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const original = this.#original(text);
    if (original) return inFile(original);
    const at = this.#templates.at(origin, ['Properties', property]);
    // The whole definition is one string of the template: its parts have no lines of their own.
    return { source: new JsonSource(at.file, text), place: () => at };
  }

  /** The file of `asl/` with the same content, however it is formatted. */
  #original(text: string): JsonSource | undefined {
    this.#files ??= this.#read();
    const same = this.#files.find((file) => file.text === text);
    const content = same ? undefined : normalized(text);
    return same ?? (content === undefined ? undefined : this.#files.find((file) => normalized(file.text) === content));
  }

  #read(): JsonSource[] {
    const directory = join(this.#root, SOURCES);
    if (!existsSync(directory)) return [];
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .map((name) => new JsonSource(`${SOURCES}/${name}`, readFileSync(join(directory, name), 'utf8')));
  }
}

function inFile(source: JsonSource): Pick<DefinitionSource, 'source' | 'place'> {
  return { source, place: (path, offset) => ({ file: source.file, ...source.position(path, offset) }) };
}

function normalized(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function substitutionsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(Object.entries(isObject(value) ? value : {}).map(([name, given]) => [name, String(given)]));
}

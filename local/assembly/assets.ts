import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AssemblyError } from './assembly-error.ts';
import { readJson } from './read-json.ts';

const schema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.enum(['zip', 'file']).default('file') }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

/** A file or directory that deployment uploads and a template refers to by its object key. */
export interface Asset {
  /** Absolute path. */
  path: string;
  /** `zip`: a directory (or an archive) of code; `file`: a file as it is. */
  packaging: 'zip' | 'file';
}

/** The assets of one stack, by the key under which a template finds them in the bootstrap bucket. */
export class Assets {
  readonly #file: string;
  readonly #byKey: ReadonlyMap<string, Asset>;

  /** @param file a stack's `*.assets.json`; @throws AssemblyError */
  constructor(file: string) {
    this.#file = file;
    const { files } = readJson(file, schema);
    this.#byKey = new Map(
      Object.values(files).flatMap(({ source, destinations }) =>
        Object.values(destinations).map(({ objectKey }) => [
          objectKey,
          { path: join(dirname(file), source.path ?? ''), packaging: source.packaging },
        ]),
      ),
    );
  }

  /**
   * The asset behind an object key of a template.
   * @throws AssemblyError when the manifest does not list it or it is not there
   */
  find(objectKey: string): Asset {
    const asset = this.#byKey.get(objectKey);
    if (!asset) throw new AssemblyError(`${this.#file} lists no asset ${objectKey}; run \`npm run synth\``);
    if (!existsSync(asset.path)) throw new AssemblyError(`asset ${asset.path} is missing; run \`npm run synth\``);
    return asset;
  }
}

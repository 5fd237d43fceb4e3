import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_ROOT } from '../../infra/functions.ts';
import { synthesize } from '../../infra/synthesize.ts';
import type { Finding } from '../../preflight/finding.ts';
import { preflight } from '../../preflight/preflight.ts';

export const ASL = 'asl/release-gate.asl.json';
export const TEMPLATE = 'cdk.out/storygate-dev-release-gate.template.json';
const ASSETS = 'cdk.out/storygate-dev-release-gate.assets.json';

const resource = z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() });
const template = z.looseObject({ Resources: z.record(z.string(), resource) });
const manifest = z.looseObject({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });

export type Template = z.infer<typeof template>;

/** A copy of the real app that a test may break. */
export class BrokenApp {
  readonly directory = mkdtempSync(join(tmpdir(), 'storygate-preflight-'));

  static async create(): Promise<BrokenApp> {
    await synthesize({ quiet: true });
    return new BrokenApp();
  }

  private constructor() {
    mkdirSync(join(this.directory, 'asl'));
    this.restore();
  }

  /** Makes it whole again. */
  restore(): void {
    cpSync(`${PROJECT_ROOT}cdk.out`, join(this.directory, 'cdk.out'), { recursive: true, force: true });
    cpSync(`${PROJECT_ROOT}${ASL}`, join(this.directory, ASL), { force: true });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** Replaces a text of the state machine that stands there once, in the source and in the copy that deploys. */
  editAsl(from: string, to: string): void {
    const text = this.read(ASL);
    if (text.split(from).length !== 2) throw new Error(`${ASL} has ${text.split(from).length - 1} times: ${from}`);
    const asset = Object.values(manifest.parse(JSON.parse(this.read(ASSETS))).files).find(
      ({ source }) => source.path.endsWith('.json') && this.read(`cdk.out/${source.path}`) === text,
    );
    if (!asset) throw new Error(`no asset is the copy of ${ASL}`);
    for (const file of [ASL, `cdk.out/${asset.source.path}`])
      this.write(
        file,
        text.replace(from, () => to),
      );
  }

  /** Changes the template. */
  editTemplate(edit: (template: Template) => void): void {
    const parsed = template.parse(JSON.parse(this.read(TEMPLATE)));
    edit(parsed);
    this.write(TEMPLATE, JSON.stringify(parsed, null, 1));
  }

  /** The only line of a file that has this text, from 1. */
  lineOf(file: string, text: string): number {
    const lines = this.read(file).split('\n');
    const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
    const [only, another] = found;
    if (only === undefined || another !== undefined) throw new Error(`${file} has ${found.length} lines with ${text}`);
    return only;
  }

  findings(): Promise<Finding[]> {
    return preflight(join(this.directory, 'cdk.out'));
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text);
  }
}

/** The properties of the only resource whose logical id begins so. */
export function propertiesOf({ Resources }: Template, idStart: string, type: string): Record<string, unknown> {
  const found = Object.entries(Resources).filter(([id, { Type }]) => id.startsWith(idStart) && Type === type);
  const [only, another] = found;
  if (!only?.[1].Properties || another) throw new Error(`${found.length} resources ${idStart}… of type ${type}`);
  return only[1].Properties;
}

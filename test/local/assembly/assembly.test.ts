import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAssembly, selectStacks } from '../../../local/assembly/assembly.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, content: unknown): void {
  writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
}

function stack(name: string, dependencies: string[] = []): object {
  return { type: 'aws:cloudformation:stack', dependencies, properties: { templateFile: `${name}.template.json` } };
}

function writeStacks(stacks: Record<string, string[]>): void {
  const artifacts = Object.entries(stacks).map(([name, dependencies]) => [name, stack(name, dependencies)]);
  write('manifest.json', { version: '48.0.0', artifacts: Object.fromEntries(artifacts) });
  for (const name of Object.keys(stacks)) write(`${name}.template.json`, { Resources: {} });
}

describe('reading a cloud assembly', () => {
  test('stacks come after those they depend on', () => {
    writeStacks({ app: ['data'], data: ['base'], base: [], other: [] });
    const assembly = readAssembly(directory);
    expect(assembly.stacks.map(({ name }) => name)).toEqual(['base', 'data', 'app', 'other']);
    expect(selectStacks(assembly, ['data']).map(({ name }) => name)).toEqual(['base', 'data']);
    expect(() => selectStacks(assembly, ['dta'])).toThrow('there are: base, data, app, other');
  });

  test('code assets are found by their object key', () => {
    write('manifest.json', {
      version: '48.0.0',
      artifacts: {
        'app.assets': { type: 'cdk:asset-manifest', properties: { file: 'app.assets.json' } },
        app: stack('app', ['app.assets']),
      },
    });
    write('app.template.json', { Resources: {} });
    write('app.assets.json', {
      files: {
        abc: { source: { path: 'asset.abc', packaging: 'zip' }, destinations: { d: { objectKey: 'abc.zip' } } },
        def: { source: { path: 'asset.def', packaging: 'zip' }, destinations: { d: { objectKey: 'def.zip' } } },
      },
    });
    mkdirSync(join(directory, 'asset.abc'));
    const assets = readAssembly(directory).stacks[0]?.assets;
    expect(assets?.find('abc.zip')).toEqual({ path: join(directory, 'asset.abc'), packaging: 'zip' });
    expect(() => assets?.find('xyz.zip')).toThrow('app.assets.json lists no asset xyz.zip; run `npm run synth`');
    expect(() => assets?.find('def.zip')).toThrow('asset.def is missing; run `npm run synth`');
  });
});

describe('a broken assembly is one line: which file, what, and the way out', () => {
  test('nothing there', () => {
    expect(() => readAssembly(join(directory, 'no'))).toThrow(/^no cloud assembly in .*no; run `npm run synth`$/);
  });

  test('no JSON', () => {
    write('manifest.json', '{');
    expect(() => readAssembly(directory)).toThrow(/manifest\.json is not JSON \(.*\); run `npm run synth`$/);
  });

  test('a template is missing', () => {
    writeStacks({ app: [] });
    rmSync(join(directory, 'app.template.json'));
    expect(() => readAssembly(directory)).toThrow(/app\.template\.json cannot be read \(ENOENT\); run/);
  });

  test('a template is wrong', () => {
    writeStacks({ app: [] });
    write('app.template.json', { Resources: { Queue: { Properties: {} } } });
    expect(() => readAssembly(directory)).toThrow(/app\.template\.json: Resources\.Queue\.Type: .*; run/);
    write('app.template.json', { Resources: {}, Transform: 'AWS::Serverless-2016-10-31' });
    expect(() => readAssembly(directory)).toThrow(/Unrecognized key: "Transform"/);
  });
});

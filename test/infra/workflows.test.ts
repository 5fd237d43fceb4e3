import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const names = readdirSync(new URL('.github/workflows/', root));
const workflows = names.map(
  (name) => [name, readFileSync(new URL(`.github/workflows/${name}`, root), 'utf8')] as const,
);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

describe.each(workflows)('%s', (_, text) => {
  test('pins every action by its commit, with the version beside it', () => {
    const uses = [...text.matchAll(/uses: *(.+)/g)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('may only read unless a job says why', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    for (const [line] of text.matchAll(/^ +[\w-]+: write.*$/gm))
      expect(line).toMatch(/write # for |attestations: write$/);
  });

  test('runs nothing that a stranger can write', () => {
    expect(text).not.toContain('pull_request_target');
    // A title or a branch name inside a command would be run by the shell; values reach commands through the environment.
    for (const [command] of text.matchAll(/^ +(?:- )?run: .*$/gm)) expect(command).not.toContain('${{');
  });

  test('runs scripts that exist', () => {
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
  });

  test('has no key that lasts', () => {
    expect(text).not.toMatch(/AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|secrets\./);
  });
});

test('the same action has the same commit everywhere', () => {
  const pins = new Map<string, Set<string>>();
  for (const [, text] of workflows)
    for (const [, action = '', commit = ''] of text.matchAll(/uses: *([\w/-]+)@([0-9a-f]{40})/g))
      pins.set(action, (pins.get(action) ?? new Set()).add(commit));
  expect([...pins].filter(([, commits]) => commits.size > 1)).toEqual([]);
});

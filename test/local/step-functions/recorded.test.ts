import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Answer, type Event, echo, Fixture, type FixtureOptions, ROLE, throwing } from './fixture.ts';

/**
 * Answers recorded from AWS, kept outside the repository: STORYGATE_RECORDED names their folder, with the sub-folders
 * `sfn`, `sfn-lambda` and `sfn-invalid`. Without it there is nothing to compare with and these tests are skipped.
 */
const folder = process.env['STORYGATE_RECORDED'];
if (folder && !existsSync(folder)) throw new Error(`STORYGATE_RECORDED names the folder ${folder}, which is not there`);

function cases(kind: string): Answer[] {
  const path = folder && join(folder, kind);
  if (!path || !existsSync(path)) return [];
  return readdirSync(path)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(path, file), 'utf8')));
}

const recorded = (kind: string) => cases(kind).map((one): [string, Answer] => [String(one['name']), one]);

if (!folder) test.skip('recorded answers: set STORYGATE_RECORDED to the folder that holds them', () => {});

for (const kind of ['sfn', 'sfn-lambda']) {
  const all = recorded(kind);
  if (all.length === 0) continue;
  describe(`executions recorded in ${kind}`, () => {
    test.each(all)('%s', async (_name, one) => {
      const fixture = new Fixture(functionOf(one['lambda']));
      try {
        await compare(fixture, one);
      } finally {
        await fixture.close();
      }
    });
  });
}

function functionOf(behaviour: unknown): FixtureOptions {
  if (behaviour === undefined || String(behaviour).startsWith('never invoked')) return {};
  if (behaviour === 'returns its event argument unchanged') return { lambda: echo };
  const raised = /^raises (\w+)\("(.*)"\) on every call$/.exec(String(behaviour));
  if (!raised) throw new Error(`the test has no function that ${behaviour}`);
  return { lambda: throwing(raised[1] ?? '', raised[2] ?? '') };
}

async function compare(fixture: Fixture, one: Answer): Promise<void> {
  const { expected } = one;
  const arn = await fixture.run(one['definition'], one['input']);
  if (one['definition'].States.Task || JSON.stringify(one['definition']).includes('"Retry"'))
    await retryAtOnce(fixture, arn);
  const ended = await fixture.ended(arn);
  const events = await fixture.events(arn);
  const output = ended['output'] === undefined ? null : JSON.parse(ended['output']);
  const answer = {
    status: ended['status'],
    output: masked({ output }, expected.unstable, 'output'),
    error: ended['error'] ?? null,
    cause: ended['cause'] ?? null,
  };
  expect(answer).toEqual({
    status: expected.status,
    output: masked({ output: expected.output }, expected.unstable, 'output'),
    error: expected.error,
    cause: expected.cause,
  });
  const zeroed = expected.events.some(({ id }: Event) => Array.isArray(id));
  const comparable = zeroed ? withoutParallelEnd(events) : events;
  const order = zeroed ? (types: string[]) => types.toSorted() : (types: string[]) => types;
  expect(order(comparable.map(({ type }) => type))).toEqual(order(expected.eventTypes));
  if (!zeroed)
    expect(masked({ events: events.map(plain) }, expected.unstable)).toEqual(
      masked(expected, expected.unstable, 'events'),
    );
}

/** The recorder zeroes what runs in parallel and drops the event that ends it; ids of the others show that it was there. */
function withoutParallelEnd(events: Event[]): Event[] {
  return events.filter(({ type }) => type !== 'ParallelStateSucceeded' && type !== 'ParallelStateFailed');
}

/** Moves the clock ahead until the execution has ended, for machines that wait a second before they retry. */
async function retryAtOnce(fixture: Fixture, arn: string): Promise<void> {
  await fixture.until(async () => {
    const { status } = await fixture.describe(arn);
    if (status === 'RUNNING') fixture.clock.advance(1_000);
    return status === 'RUNNING' ? undefined : true;
  });
}

const JSON_MEMBERS = ['input', 'output', 'parameters', 'cause'];

/** An event in the recordings' form: JSON text parsed. */
function plain(event: Event): Answer {
  return Object.fromEntries(
    Object.entries(event).map(([key, details]) => [
      key,
      key.endsWith('EventDetails') ? plainDetails(details) : details,
    ]),
  );
}

function plainDetails(details: Answer): Answer {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => {
      if (JSON_MEMBERS.includes(key)) return [key, parsed(value)];
      return [
        key,
        key === 'assignedVariables'
          ? Object.fromEntries(Object.entries(value).map(([name, text]) => [name, parsed(text)]))
          : value,
      ];
    }),
  );
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}

/** A copy of `value[only]` without the paths that vary, and without what belongs to the HTTP exchange with AWS. */
function masked(value: Answer, paths: string[], only = 'events'): Answer {
  const copy: Answer = structuredClone({ [only]: value[only] });
  for (const path of paths) remove(copy, path.split(/\.(?![^[]*\])|(?=\[)/));
  return withoutExchange(copy);
}

function remove(value: Answer | undefined, [step = '', ...rest]: string[]): void {
  if (value === undefined || value === null) return;
  const key = step.startsWith('[') ? step.slice(1, -1) : step;
  if (key === '*') for (const item of Object.values(value)) remove(item, rest);
  else if (rest.length === 0) delete value[key];
  else remove(value[key], rest);
}

const EXCHANGE = ['SdkHttpMetadata', 'SdkResponseMetadata', 'requestId', 'stackTrace'];

function withoutExchange(value: Answer): Answer {
  return JSON.parse(JSON.stringify(value, (key, item) => (EXCHANGE.includes(key) ? undefined : item)));
}

const refused = recorded('sfn-invalid');
if (refused.length > 0)
  describe('definitions recorded as invalid', () => {
    test.each(refused)('%s', async (_name, one) => {
      const fixture = new Fixture();
      const definition = JSON.stringify(one['definition']);
      if (one['api'] === 'ValidateStateMachineDefinition') {
        const answer = await fixture.call('ValidateStateMachineDefinition', { definition, type: one['type'] });
        expect(answer).toEqual({ result: 'FAIL', diagnostics: one['allDiagnostics'], truncated: false });
      } else {
        const creation = fixture.call('CreateStateMachine', { name: 'machine', definition, roleArn: ROLE });
        await expect(creation).rejects.toMatchObject({ code: one['error'], message: one['message'] });
      }
      await fixture.close();
    });
  });

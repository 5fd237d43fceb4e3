import type { MapState } from '../definition/asl.ts';
import { processorPath } from '../definition/program.ts';
import type { Json } from '../json.ts';
import type { Scope } from '../language/expression.ts';
import { evaluateTemplate, evaluateTyped, evaluationError, isArray, isNumber } from '../language/template.ts';
import { completeMap } from './children.ts';
import { type ChildrenWait, type Frame, newFrame } from './frame.ts';
import { exceedsPayload } from './history.ts';
import type { Run } from './run.ts';
import { tooLarge } from './state-error.ts';

/** An inline Map runs at most 40 iterations at a time, whatever MaxConcurrency says. */
const INLINE_CONCURRENCY = 40;

export async function enterMap(run: Run, frame: Frame, state: MapState): Promise<void> {
  const scope = run.scope(frame);
  const items = await itemsOf(frame, state, scope);
  const limit = (await numberField(state, 'MaxConcurrency', scope)) ?? 0;
  const count = await numberField(state, 'ToleratedFailureCount', scope);
  const percentage = await numberField(state, 'ToleratedFailurePercentage', scope);
  const tolerated = { ...(count !== undefined && { count }), ...(percentage !== undefined && { percentage }) };
  const last = run.event(frame, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const wait: ChildrenWait = {
    for: 'children',
    total: items.length,
    started: 0,
    running: 0,
    outputs: {},
    failed: [],
    map: {
      items,
      concurrency: limit === 0 ? INLINE_CONCURRENCY : Math.min(limit, INLINE_CONCURRENCY),
      ...(Object.keys(tolerated).length > 0 && { tolerated }),
    },
  };
  frame.wait = wait;
  if (items.length === 0) return completeMap(run, frame, state, wait);
  await startIterations(run, frame, state, wait, last);
}

/** Starts as many further iterations as may run now. */
export async function startIterations(
  run: Run,
  frame: Frame,
  state: MapState,
  wait: ChildrenWait,
  previousEventId: number,
): Promise<void> {
  const { items = [], concurrency = 0 } = wait.map ?? {};
  while (wait.running < concurrency && wait.started < wait.total) {
    const index = wait.started;
    const item = { index, value: items[index] ?? null };
    const input = await inputOf(run, frame, state, item);
    wait.started++;
    wait.running++;
    const details = { mapIterationStartedEventDetails: { name: frame.state, index } };
    const last = run.aside(frame, 'MapIterationStarted', details, previousEventId);
    const path = processorPath(frame.path, frame.state);
    newFrame(run.state, { parent: frame.id, path, index, state: run.program.list(path).StartAt, input, last, item });
  }
}

type Item = NonNullable<Frame['item']>;

async function inputOf(run: Run, frame: Frame, state: MapState, item: Item): Promise<Json> {
  if (state.ItemSelector === undefined) return item.value;
  const input = await evaluateTemplate(state.ItemSelector, 'ItemSelector', run.scope(frame, { item }));
  if (exceedsPayload(input)) throw tooLarge(`The ItemSelector of the state '${frame.state}' returned a result with`);
  return input;
}

async function itemsOf(frame: Frame, state: MapState, scope: Scope): Promise<Json[]> {
  if (state.Items !== undefined) return evaluateTyped(state.Items, 'Items', scope, 'array', isArray);
  if (Array.isArray(frame.input)) return frame.input;
  throw evaluationError(`Map state input must be an array but was: ${JSON.stringify(frame.input)}`);
}

type NumberField = 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage';

async function numberField(state: MapState, field: NumberField, scope: Scope): Promise<number | undefined> {
  const template = state[field];
  if (template === undefined) return undefined;
  const value = await evaluateTyped(template, field, scope, 'number', isNumber);
  const highest = field === 'ToleratedFailurePercentage' ? 100 : Number.MAX_SAFE_INTEGER;
  if (value >= 0 && value <= highest) return value;
  throw evaluationError(`The ${field} field must be a number between 0 and ${highest} but was: ${value}`, field);
}

/** More iterations failed than the Map tolerates. A Map that says nothing tolerates none. */
export function intolerable(wait: ChildrenWait): boolean {
  const { count, percentage } = wait.map?.tolerated ?? {};
  if (count === undefined && percentage === undefined) return wait.failed.length > 0;
  if (count !== undefined && wait.failed.length > count) return true;
  return percentage !== undefined && (wait.failed.length / wait.total) * 100 > percentage;
}

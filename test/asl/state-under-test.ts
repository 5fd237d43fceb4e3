import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { Json, JsonObject } from '../../local/step-functions/json.ts';
import { evaluateTemplate } from '../../local/step-functions/language/template.ts';

const json = z.json();
const State = z.looseObject({
  Type: z.string(),
  Arguments: z.optional(json),
  Assign: z.optional(json),
  Output: z.optional(json),
  Error: z.optional(json),
  Cause: z.optional(json),
  Default: z.optional(z.string()),
  Choices: z.optional(
    z.array(z.object({ Condition: json, Assign: z.optional(json), Output: z.optional(json), Next: z.string() })),
  ),
  Catch: z.optional(
    z.array(
      z.object({
        ErrorEquals: z.array(z.string()),
        Assign: z.optional(json),
        Output: z.optional(json),
        Next: z.string(),
      }),
    ),
  ),
  Retry: z.optional(z.array(z.looseObject({ ErrorEquals: z.array(z.string()) }))),
  TimeoutSeconds: z.optional(json),
});
type State = z.infer<typeof State>;

const States = z.record(z.string(), State);
const Composite = z.extend(State, {
  Branches: z.optional(z.array(z.object({ StartAt: z.string(), States }))),
  ItemProcessor: z.optional(z.object({ StartAt: z.string(), States })),
});
const Machine = z.object({ StartAt: z.string(), States: z.record(z.string(), Composite) });
export type Machine = z.infer<typeof Machine>;

/** A definition of `asl/` as it stands, with its placeholders filled in. */
export function machineOf(name: string, placeholders: Record<string, string> = {}): Machine {
  const text = readFileSync(new URL(`../../asl/${name}.asl.json`, import.meta.url), 'utf8');
  return Machine.parse(JSON.parse(text.replaceAll(/\$\{(\w+)\}/g, (whole, key) => placeholders[key] ?? whole)));
}

export const CONTEXT = {
  Execution: {
    Id: 'arn:aws:states:us-east-1:000000000000:execution:gate:run-1',
    Name: 'run-1',
    StartTime: '2025-03-01T09:00:00.000Z',
  },
};

/** What one state does with its input: the real expressions, evaluated as the local Step Functions does. */
export class StateUnderTest {
  readonly definition: State;
  readonly #name: string;
  readonly #variables: JsonObject;
  readonly #executionInput: Json | undefined;

  /** @param options.executionInput what the context object says the execution was started with; default: the state's input */
  constructor(machine: Machine, name: string, options: { variables?: JsonObject; executionInput?: Json } = {}) {
    this.#name = name;
    this.#variables = options.variables ?? {};
    this.#executionInput = options.executionInput;
    const nested = Object.values(machine.States).flatMap(({ Branches = [], ItemProcessor }) =>
      [...Branches, ...(ItemProcessor ? [ItemProcessor] : [])].flatMap((list) => list.States[name] ?? []),
    );
    const definition = machine.States[name] ?? nested[0];
    if (!definition) throw new Error(`no state ${name}`);
    this.definition = definition;
  }

  arguments(input: Json): Promise<Json> {
    return this.#evaluate(this.definition.Arguments, 'Arguments', { input });
  }

  async succeed(input: Json, result: Json): Promise<{ output: Json; variables: JsonObject }> {
    return this.#end(this.definition, { input, result });
  }

  async pass(input: Json): Promise<Json> {
    return (await this.#end(this.definition, { input })).output;
  }

  async fail(input: Json): Promise<{ error: Json; cause: Json }> {
    return {
      error: await this.#evaluate(this.definition.Error, 'Error', { input }),
      cause: await this.#evaluate(this.definition.Cause, 'Cause', { input }),
    };
  }

  async catch(input: Json, errorOutput: JsonObject): Promise<{ output: Json; variables: JsonObject; next: string }> {
    const catcher = this.definition.Catch?.[0];
    if (!catcher) throw new Error(`${this.#name} has no Catch`);
    return { ...(await this.#end(catcher, { input, errorOutput })), next: catcher.Next };
  }

  async choose(input: Json): Promise<{ output: Json; variables: JsonObject; next: string }> {
    for (const choice of this.definition.Choices ?? [])
      if (await this.#evaluate(choice.Condition, 'Condition', { input }))
        return { ...(await this.#end(choice, { input })), next: choice.Next };
    return { ...(await this.#end(this.definition, { input })), next: this.definition.Default ?? '' };
  }

  async #end(
    fields: { Assign?: Json | undefined; Output?: Json | undefined },
    states: { input: Json; result?: Json; errorOutput?: Json },
  ): Promise<{ output: Json; variables: JsonObject }> {
    const assigned = await this.#evaluate(fields.Assign ?? {}, 'Assign', states);
    const output = await this.#evaluate(fields.Output ?? states.input, 'Output', states);
    return { output, variables: { ...this.#variables, ...z.record(z.string(), json).parse(assigned) } };
  }

  #evaluate(
    template: Json | undefined,
    field: string,
    states: { input: Json; result?: Json; errorOutput?: Json },
  ): Promise<Json> {
    const context = {
      ...CONTEXT,
      Execution: { ...CONTEXT.Execution, Input: this.#executionInput ?? states.input },
      State: { Name: this.#name, EnteredTime: '2025-03-01T09:00:01.000Z', RetryCount: 0 },
      Task: { Token: 'token-1' },
    };
    const scope = { states: { ...states, context }, variables: this.#variables, now: Date.UTC(2025, 2, 1, 9, 0, 2) };
    return evaluateTemplate(template ?? null, field, scope);
  }
}

/** The part of the role registry that holds resource policies. */
export interface ResourcePolicySink {
  putResourcePolicy(resourceArn: string, document: unknown): void;
}

/** One statement of a function's resource policy, as in IAM. Told apart by its `Sid`. */
type PolicyStatement = Readonly<Record<string, unknown>>;

/** Resource policies of functions, put together from the permissions of templates. */
export class FunctionPolicies {
  readonly #sink: ResourcePolicySink;
  readonly #statements = new Map<string, Map<string, PolicyStatement>>();

  constructor(sink: ResourcePolicySink) {
    this.#sink = sink;
  }

  put(functionArn: string, statement: PolicyStatement): void {
    const statements = this.#statements.get(functionArn) ?? new Map<string, PolicyStatement>();
    statements.set(String(statement['Sid']), statement);
    this.#statements.set(functionArn, statements);
    this.#sink.putResourcePolicy(functionArn, this.documentOf(functionArn));
  }

  /** The policy of a function (ARN with the qualifier, if the permissions have one); undefined when it has none. */
  documentOf(functionArn: string): object | undefined {
    const statements = this.#statements.get(functionArn);
    return statements && { Version: '2012-10-17', Id: 'default', Statement: [...statements.values()] };
  }
}

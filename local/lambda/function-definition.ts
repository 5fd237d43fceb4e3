/** A function as its template declares it. */
export interface FunctionDefinition {
  name: string;
  /** Holds the bundle: `index.mjs` for the handler `index.handler`. */
  codeDirectory: string;
  /** `<file without extension>.<export>` */
  handler: string;
  roleArn: string;
  environment: Readonly<Record<string, string>>;
  timeoutSeconds: number;
  memoryMb: number;
  /** Invocations at the same time; more are throttled. Without it, only the local limit holds (see `EnvironmentPool`). */
  reservedConcurrency?: number;
  /** `/aws/lambda/<name>` unless given. */
  logGroup?: string;
  logFormat?: 'Text' | 'JSON';
  /** Lowest level of `console` that the JSON format keeps: TRACE, DEBUG, INFO, WARN, ERROR or FATAL; INFO unless given. */
  applicationLogLevel?: string;
  /** The same for Lambda's own records; WARN drops START and REPORT. */
  systemLogLevel?: string;
  /** Queue or topic that gets events whose asynchronous invocation failed for good. */
  deadLetterArn?: string;
  description?: string;
  /** `nodejs24.x` */
  runtime?: string;
  architectures?: readonly string[];
  ephemeralStorageMb?: number;
  /** X-Ray; nothing is traced locally. */
  tracing?: 'Active' | 'PassThrough';
  tags?: Readonly<Record<string, string>>;
}

/** How a function's asynchronous invocations are treated (`AWS::Lambda::EventInvokeConfig`). */
export interface EventInvokeConfig {
  functionName: string;
  /** `$LATEST`, a version or an alias. */
  qualifier: string;
  /** 0 to 2, 2 unless given. */
  maxRetryAttempts?: number;
  /** 60 to 21,600 seconds, the longer unless given. */
  maxEventAgeSeconds?: number;
  /** Destinations (queue, topic, function or bus) of records about invocations. */
  onSuccessArn?: string;
  onFailureArn?: string;
}

/** One immutable state of a function: what `$LATEST` or a version runs. */
export interface FunctionVersion {
  definition: FunctionDefinition;
  /** `$LATEST` or the version's number. */
  version: string;
  codeSha256: string;
  codeSize: number;
  /** ISO 8601, milliseconds. */
  lastModified: string;
  description?: string;
}

/** What an invocation came to. */
export interface Outcome {
  /** JSON text: the handler's result, or `{errorType, errorMessage, trace}`. */
  payload: string;
  functionError?: 'Unhandled';
  /** The last 4 KB of what the invocation logged. */
  logTail?: string;
}

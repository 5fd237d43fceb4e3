const ALWAYS = ['Type', 'Comment', 'QueryLanguage'];
/** Fields of states that go on to another. */
const ONWARD = ['Next', 'End', 'InputPath', 'OutputPath', 'Output', 'Assign'];
const HANDLED = ['ResultPath', 'Parameters', 'ResultSelector', 'Retry', 'Catch'];
const TASK = ['Resource', 'Arguments', 'Credentials'];
const TASK_LIMITS = ['TimeoutSeconds', 'TimeoutSecondsPath', 'HeartbeatSeconds', 'HeartbeatSecondsPath'];
const MAP = ['ItemProcessor', 'Iterator', 'Items', 'ItemsPath', 'ItemSelector', 'Label'];
const MAP_DISTRIBUTED = ['ItemReader', 'ItemBatcher', 'ResultWriter'];
const MAP_LIMITS = ['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'];

/** What each type of state may hold. Source: the Amazon States Language and the developer guide's page of each state. */
export const STATE_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  Task: new Set([...ALWAYS, ...ONWARD, ...HANDLED, ...TASK, ...TASK_LIMITS]),
  Wait: new Set([...ALWAYS, ...ONWARD, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath']),
  Pass: new Set([...ALWAYS, ...ONWARD, 'Parameters', 'ResultPath', 'Result']),
  Succeed: new Set([...ALWAYS, 'InputPath', 'OutputPath', 'Output']),
  Fail: new Set([...ALWAYS, 'Error', 'ErrorPath', 'Cause', 'CausePath']),
  Choice: new Set([...ALWAYS, 'Choices', 'Default', 'InputPath', 'OutputPath', 'Output', 'Assign']),
  Parallel: new Set([...ALWAYS, ...ONWARD, ...HANDLED, 'Arguments', 'Branches']),
  Map: new Set([
    ...[...ALWAYS, ...ONWARD, ...HANDLED, ...MAP, ...MAP_DISTRIBUTED],
    ...MAP_LIMITS.flatMap((field) => [field, `${field}Path`]),
  ]),
};

/** Fields without which a state of the type is refused. */
export const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: ['Resource'],
  Parallel: ['Branches'],
  Choice: ['Choices'],
};

/** Fields that shape data with paths, and what JSONata has for the same. */
export const JSONPATH_ONLY: ReadonlyMap<string, string> = new Map([
  ['Parameters', 'Arguments'],
  ['InputPath', '$states.input in the expressions'],
  ['OutputPath', 'Output'],
  ['ResultPath', 'Output or Assign'],
  ['ResultSelector', 'Output or Assign'],
  ['Result', 'Output'],
  ['ItemsPath', 'Items'],
  ['TimeoutSecondsPath', 'TimeoutSeconds'],
  ['HeartbeatSecondsPath', 'HeartbeatSeconds'],
  ['SecondsPath', 'Seconds'],
  ['TimestampPath', 'Timestamp'],
  ['MaxConcurrencyPath', 'MaxConcurrency'],
  ['ToleratedFailureCountPath', 'ToleratedFailureCount'],
  ['ToleratedFailurePercentagePath', 'ToleratedFailurePercentage'],
  ['ErrorPath', 'Error'],
  ['CausePath', 'Cause'],
  // Of a choice rule:
  ...['Variable', 'And', 'Or', 'Not'].map((field): [string, string] => [field, 'Condition']),
]);

export const JSONATA_ONLY: ReadonlySet<string> = new Set(['Arguments', 'Output', 'Items', 'Condition']);

export const MACHINE_FIELDS: ReadonlySet<string> = new Set([
  'Comment',
  'QueryLanguage',
  'StartAt',
  'States',
  'TimeoutSeconds',
  'Version',
]);

/** Of a branch or processor: the language is the machine's, the time limit its owner's. */
export const SCOPE_FIELDS: ReadonlySet<string> = new Set(['Comment', 'StartAt', 'States', 'ProcessorConfig']);

export const RETRIER_FIELDS: ReadonlySet<string> = new Set([
  ...['Comment', 'ErrorEquals'],
  ...['IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'],
]);

export const CATCHER_FIELDS: ReadonlySet<string> = new Set([
  ...['Comment', 'ErrorEquals', 'Next', 'ResultPath', 'Assign', 'Output'],
]);

/** What a choice rule decides on: exactly one of these. */
export const RULE_SELECTORS = ['And', 'Or', 'Not', 'Variable', 'Condition'];

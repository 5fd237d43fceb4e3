/** Fields of every state. */
const COMMON = ['Type', 'Comment', 'QueryLanguage'];
/** Fields of states that go on to another. */
const ONWARD = ['Next', 'End', 'InputPath', 'OutputPath', 'Output', 'Assign'];
const RESULT = ['Parameters', 'ResultPath', 'ResultSelector', 'Arguments', 'Retry', 'Catch'];
const TASK = [
  'Resource',
  'Credentials',
  'TimeoutSeconds',
  'TimeoutSecondsPath',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
];
const MAP = [
  'ItemProcessor',
  'Iterator',
  'Items',
  'ItemsPath',
  'ItemSelector',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
];
const MAP_LIMITS = ['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'];

/** What each type of state may hold. Source: the Amazon States Language and the developer guide's page of each state. */
export const STATE_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  Task: new Set([...COMMON, ...ONWARD, ...RESULT, ...TASK]),
  Pass: new Set([...COMMON, ...ONWARD, 'Parameters', 'ResultPath', 'Result']),
  Wait: new Set([...COMMON, ...ONWARD, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath']),
  Parallel: new Set([...COMMON, ...ONWARD, ...RESULT, 'Branches']),
  Map: new Set([...COMMON, ...ONWARD, ...RESULT, ...MAP, ...MAP_LIMITS, ...MAP_LIMITS.map((field) => `${field}Path`)]),
  Choice: new Set([...COMMON, 'Choices', 'Default', 'InputPath', 'OutputPath', 'Output', 'Assign']),
  Succeed: new Set([...COMMON, 'InputPath', 'OutputPath', 'Output']),
  Fail: new Set([...COMMON, 'Error', 'ErrorPath', 'Cause', 'CausePath']),
};

/** Fields without which a state of the type is refused. */
export const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: ['Resource'],
  Parallel: ['Branches'],
  Choice: ['Choices'],
};

/** Fields that shape data with paths; JSONata has other fields for the same. */
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
  ['Variable', 'Condition'],
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
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
]);
export const CATCHER_FIELDS: ReadonlySet<string> = new Set([
  'Comment',
  'ErrorEquals',
  'Next',
  'ResultPath',
  'Assign',
  'Output',
]);

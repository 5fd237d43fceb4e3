/** Which fields each type of state has. Adding a field is adding it here. */
interface Fields {
  /** In both query languages. */
  common: readonly string[];
  jsonata: readonly string[];
  jsonpath: readonly string[];
  required: readonly string[];
}

const ALWAYS = ['Type', 'Comment', 'QueryLanguage'];
const FLOW = ['Next', 'End'];
const PATHS = ['InputPath', 'OutputPath'];

export const STATE_FIELDS: Readonly<Record<string, Fields>> = {
  Pass: {
    common: [...ALWAYS, ...FLOW, 'Assign'],
    jsonata: ['Output'],
    jsonpath: [...PATHS, 'Result', 'ResultPath', 'Parameters'],
    required: [],
  },
  Task: {
    common: [
      ...ALWAYS,
      ...FLOW,
      'Assign',
      'Resource',
      'Retry',
      'Catch',
      'TimeoutSeconds',
      'HeartbeatSeconds',
      'Credentials',
    ],
    jsonata: ['Arguments', 'Output'],
    jsonpath: [...PATHS, 'Parameters', 'ResultPath', 'ResultSelector', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
    required: ['Resource'],
  },
  Choice: {
    common: [...ALWAYS, 'Choices', 'Default', 'Assign'],
    jsonata: ['Output'],
    jsonpath: PATHS,
    required: ['Choices'],
  },
  Wait: {
    common: [...ALWAYS, ...FLOW, 'Assign', 'Seconds', 'Timestamp'],
    jsonata: ['Output'],
    jsonpath: [...PATHS, 'SecondsPath', 'TimestampPath'],
    required: [],
  },
  Succeed: { common: ALWAYS, jsonata: ['Output'], jsonpath: PATHS, required: [] },
  Fail: { common: [...ALWAYS, 'Error', 'Cause'], jsonata: [], jsonpath: ['ErrorPath', 'CausePath'], required: [] },
  Parallel: {
    common: [...ALWAYS, ...FLOW, 'Assign', 'Branches', 'Retry', 'Catch'],
    jsonata: ['Arguments', 'Output'],
    jsonpath: [...PATHS, 'Parameters', 'ResultPath', 'ResultSelector'],
    required: ['Branches'],
  },
  Map: {
    common: [
      ...[
        ...ALWAYS,
        ...FLOW,
        'Assign',
        'ItemProcessor',
        'Iterator',
        'ItemSelector',
        'MaxConcurrency',
        'Retry',
        'Catch',
      ],
      ...['ToleratedFailureCount', 'ToleratedFailurePercentage', 'ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'],
    ],
    jsonata: ['Items', 'Output'],
    jsonpath: [
      ...[...PATHS, 'Parameters', 'ResultPath', 'ResultSelector', 'ItemsPath', 'MaxConcurrencyPath'],
      ...['ToleratedFailureCountPath', 'ToleratedFailurePercentagePath'],
    ],
    required: [],
  },
};

/** States that lead on: they need Next or End. */
export function leadsOn(type: string): boolean {
  return STATE_FIELDS[type]?.common.includes('Next') ?? false;
}

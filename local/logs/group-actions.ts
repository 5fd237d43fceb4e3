import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { refuseUnserved } from '../gateway/constraint.ts';
import { listMember, membersOf, optionalNumber, optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import { logAction } from './log-action.ts';
import { groupName, pageOf, requireGroup } from './log-lookup.ts';
import type { GroupRow, LogStore } from './log-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** Days that a retention may have (CloudWatch Logs' API reference, PutRetentionPolicy). */
const RETENTIONS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

const SERVED_OF_LISTS = [
  ...['logGroupNamePrefix', 'logGroupNamePattern', 'logGroupIdentifiers', 'logGroupClass'],
  ...['nextToken', 'limit'],
];

/** The actions on log groups, by name. */
export function groupActions(store: LogStore): Record<string, JsonAction> {
  return {
    ...logAction('CreateLogGroup', (input) => {
      const { logGroupClass, ...asked } = input;
      refuseUnserved(asked, ['logGroupName', 'tags'], 'InvalidParameterException');
      if ((logGroupClass ?? 'STANDARD') !== 'STANDARD')
        throw invalid(`The log group class ${logGroupClass} is not served by the local runtime.`);
      const name = validName(requiredString(input, 'logGroupName'));
      if (store.hasGroup(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      store.createGroup(name);
      store.changeTags(name, tagsOf(input));
      return {};
    }),
    ...logAction('DeleteLogGroup', (input) => {
      store.deleteGroup(requireGroup(store, input));
      return {};
    }),
    ...logAction('DescribeLogGroups', (input) => {
      refuseUnserved(input, SERVED_OF_LISTS, 'InvalidParameterException');
      const { items, nextToken } = pageOf(store.groups().filter(matching(input)), input);
      return { logGroups: items.map((group) => described(group, store.storedBytes(group.name))), nextToken };
    }),
    ...logAction('PutRetentionPolicy', (input) => {
      const days = optionalNumber(input, 'retentionInDays');
      if (days === undefined || !RETENTIONS.includes(days))
        throw invalid(`Invalid retention value: ${days}. It must be one of [${RETENTIONS.join(', ')}].`);
      store.setRetention(requireGroup(store, input), days);
      return {};
    }),
    ...logAction('DeleteRetentionPolicy', (input) => {
      store.setRetention(requireGroup(store, input), undefined);
      return {};
    }),
    ...logAction('ListTagsForResource', (input) => ({ tags: store.tags(requireGroup(store, input)) })),
    ...logAction('TagResource', (input) => {
      store.changeTags(requireGroup(store, input), tagsOf(input));
      return {};
    }),
    ...logAction('UntagResource', (input) => {
      const gone = listMember(input, 'tagKeys').map((key) => [String(key), undefined]);
      store.changeTags(requireGroup(store, input), Object.fromEntries(gone));
      return {};
    }),
  };
}

function matching(input: Input): (group: GroupRow) => boolean {
  const prefix = optionalString(input, 'logGroupNamePrefix');
  const pattern = optionalString(input, 'logGroupNamePattern')?.toLowerCase();
  const identifiers = listMember(input, 'logGroupIdentifiers').map((each) => groupName(String(each)));
  const given = [prefix, pattern, identifiers[0]].filter((each) => each !== undefined);
  if (given.length > 1)
    throw invalid('Of logGroupNamePrefix, logGroupNamePattern and logGroupIdentifiers a request may have one.');
  const isOfClass = (input['logGroupClass'] ?? 'STANDARD') === 'STANDARD';
  return ({ name }) =>
    isOfClass &&
    name.startsWith(prefix ?? '') &&
    name.toLowerCase().includes(pattern ?? '') &&
    (identifiers.length === 0 || identifiers.includes(name));
}

function described({ name, created, retention }: GroupRow, storedBytes: number) {
  return {
    logGroupName: name,
    creationTime: created,
    retentionInDays: retention ?? undefined,
    metricFilterCount: 0,
    arn: `${localArn('logs', `log-group:${name}`)}:*`,
    logGroupArn: localArn('logs', `log-group:${name}`),
    logGroupClass: 'STANDARD',
    storedBytes,
  };
}

function validName(name: string): string {
  if (/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
  );
}

function tagsOf(input: Input): Record<string, string> {
  return Object.fromEntries(Object.entries(membersOf(input['tags'])).map(([key, value]) => [key, String(value)]));
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message);

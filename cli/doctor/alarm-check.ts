import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { type CheckResult, idsOf, ok, type Patient, problem, skipped, warning } from './check.ts';

/** DescribeAlarms takes at most 100 names. */
const MOST_NAMES = 100;

/** Whether any alarm of the stack rings. */
export async function alarmsAreQuiet(patient: Patient): Promise<CheckResult> {
  if (patient.target.kind === 'local') return skipped('the local run has no CloudWatch');
  const names = idsOf(patient, 'AWS::CloudWatch::Alarm');
  if (names.length === 0)
    return warning(
      'the stack has no alarms',
      'outside prod they are off unless storygate.config.json has "alarms": {"enabled": true}; set it and deploy',
    );
  const alarms: MetricAlarm[] = [];
  const client = new CloudWatchClient(patient.target.settings);
  for (let at = 0; at < names.length; at += MOST_NAMES) {
    const AlarmNames = names.slice(at, at + MOST_NAMES);
    alarms.push(...((await client.send(new DescribeAlarmsCommand({ AlarmNames }))).MetricAlarms ?? []));
  }
  const ringing = alarms.filter(({ StateValue }) => StateValue === 'ALARM').map(({ AlarmName }) => AlarmName);
  if (ringing.length > 0) return problem(`${ringing.join(', ')}`, 'docs/operations.md has a heading for each alarm');
  return ok(`${alarms.length} alarms, none rings`);
}

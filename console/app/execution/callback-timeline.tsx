import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { dispositionOf } from '../layout/dispositions.ts';
import { Clock } from '../layout/times.tsx';
import type { View } from './runs.ts';

type Callback = View['report']['callbacks'][number];

interface Step {
  type: StatusIndicatorProps.Type;
  text: string;
  at?: string;
}

/** Each decision that the execution met, from the webhook to its end. */
export function CallbackTimeline({ view }: { view: View }) {
  const { callbacks } = view.report;
  if (callbacks.length === 0)
    return (
      <Box color="text-body-secondary">No decision has come for {view.report.jiraStoryId ?? 'its story'} yet.</Box>
    );
  return (
    <SpaceBetween size="l">
      {callbacks.map((callback) => (
        <section key={callback.callbackId}>
          <b>
            {callback.outcome === 'success' ? 'Approved' : 'Rejected'} by {callback.actor.displayName}
          </b>
          {callback.message && <Box color="text-body-secondary">“{callback.message}”</Box>}
          <ol>
            {stepsOf(callback, view).map(({ type, text, at }) => (
              <li key={text}>
                <StatusIndicator type={type}>{text}</StatusIndicator> {at && <Clock at={at} />}
              </li>
            ))}
          </ol>
          <small>{callback.callbackId}</small>
        </section>
      ))}
    </SpaceBetween>
  );
}

function stepsOf(callback: Callback, { report }: View): Step[] {
  const answer = callback.answers?.find(({ executionName }) => executionName === report.name);
  const early = report.wait !== undefined && callback.receivedAt < report.wait.waitingSince;
  const key = callback.jiraStoryId === report.wait?.jiraStoryId ? '' : `, for ${callback.jiraStoryId}`;
  const steps: Step[] = [
    { type: 'success', text: `Accepted by the webhook (${callback.source}${key})`, at: callback.receivedAt },
    { type: 'success', text: early ? 'Queued, before the execution waited for it' : 'Queued' },
  ];
  const became = answer?.result ?? callback.disposition;
  if (became === 'ACCEPTED') return [...steps, { type: 'in-progress', text: 'On its way to the relay' }];
  const { type, text, meaning } = dispositionOf(became);
  const means = became === 'RELAYED' ? 'the execution goes on with it' : meaning;
  const because = answer?.because ? ` (${answer.because})` : '';
  return [
    ...steps,
    {
      type,
      text: `${[text, means].filter(Boolean).join(': ')}${because}`,
      ...(callback.finishedAt && { at: callback.finishedAt }),
    },
  ];
}

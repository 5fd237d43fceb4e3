import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { Clock } from '../layout/times.tsx';
import type { View } from './runs.ts';

type Callback = View['callbacks'][number];

interface Step {
  type: StatusIndicatorProps.Type;
  text: string;
  at?: string;
}

/** What a callback's end means for who looks at this execution. */
const ENDS: Readonly<Record<string, Omit<Step, 'at'>>> = {
  RELAYED: { type: 'success', text: 'Relayed: the execution goes on with it' },
  COUNTED: { type: 'success', text: 'Counted: one of several approvals that the gate asks for' },
  DUPLICATE: { type: 'stopped', text: 'Duplicate: it was decided already' },
  LATE: { type: 'warning', text: 'Late: the gate had ended' },
  IGNORED: { type: 'warning', text: 'Ignored: by someone who may not answer this gate' },
  NOT_ADMITTED: { type: 'warning', text: 'Too early: made before the execution started' },
  PARKED: { type: 'pending', text: 'Parked: nothing waited for it yet' },
};

/** Each decision that the execution met, from the webhook to its end. */
export function CallbackTimeline({ view }: { view: View }) {
  if (view.callbacks.length === 0)
    return (
      <Box color="text-body-secondary">No decision has come for {view.report.jiraStoryId ?? 'its story'} yet.</Box>
    );
  return (
    <SpaceBetween size="l">
      {view.callbacks.map((callback) => (
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
  const steps: Step[] = [
    { type: 'success', text: `Accepted by the webhook (${callback.source})`, at: callback.receivedAt },
    { type: 'success', text: early ? 'Queued, before the execution waited for it' : 'Queued' },
  ];
  const end = ENDS[answer?.result ?? callback.disposition];
  if (!end) return [...steps, { type: 'in-progress', text: 'On its way to the relay' }];
  const because = answer?.because ? ` (${answer.because})` : '';
  return [
    ...steps,
    { type: end.type, text: `${end.text}${because}`, ...(callback.finishedAt && { at: callback.finishedAt }) },
  ];
}

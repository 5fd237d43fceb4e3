import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import type { ReactNode } from 'react';
import type { DecisionOutcome } from '../../server/actions.ts';
import type { Json } from '../connection/json.ts';
import { ExecutionLink } from '../layout/page-link.tsx';

/** What became of a decision, as a note. */
export function outcomeNote(
  story: string,
  { callback }: Json<DecisionOutcome>,
): { type: FlashbarProps.Type; header: string; content?: ReactNode } {
  if (!callback)
    return {
      type: 'info',
      header: `The decision for ${story} is queued`,
      content: 'Activity shows what becomes of it.',
    };
  const relayed = (callback.answers ?? []).filter(({ result }) => result === 'RELAYED');
  if (relayed.length > 0)
    return {
      type: 'success',
      header: `${story} is ${callback.outcome === 'success' ? 'approved' : 'rejected'}`,
      content: relayed.map(({ executionName }) => (
        <div key={executionName}>
          Relayed to <ExecutionLink name={executionName} />
        </div>
      )),
    };
  if (callback.disposition === 'COUNTED')
    return { type: 'success', header: `Your answer for ${story} counts; it waits for more` };
  const because = (callback.answers ?? []).flatMap((answer) => answer.because ?? []).join('; ');
  return {
    type: 'warning',
    header: `${story}: ${callback.disposition.toLowerCase()}`,
    content: because || 'Nothing waits for it now.',
  };
}

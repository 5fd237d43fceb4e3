import { withoutData } from '../engine/history.ts';
import { type Actions, type ApiContext, executionOf, permission } from './context.ts';
import { Input } from './input.ts';
import { decodeToken, encodeToken } from './page-token.ts';

/** GetExecutionHistory. */
export function historyActions(context: ApiContext): Actions {
  return {
    GetExecutionHistory: {
      requires: ({ executionArn }) => permission('GetExecutionHistory', executionArn),
      run: (input) => history(context, new Input(input)),
    },
  };
}

function history(context: ApiContext, input: Input): object {
  const { executions } = context;
  const arn = input.text('executionArn');
  const { id } = executionOf(context, arn);
  const limit = input.pageSize(100, 1000);
  const reverse = input.flag('reverseOrder', false);
  const pages = `GetExecutionHistory ${arn} ${reverse}`;
  const newest = executions.lastEvent(id);
  const cursor = decodeToken(pages, input.optionalText('nextToken'));
  const from = cursor === undefined ? (reverse ? newest : 1) : Number(cursor);
  const [first, last] = reverse ? [Math.max(1, from - limit + 1), from] : [from, from + limit - 1];
  const events = executions.events(id, first, last);
  const shown = input.flag('includeExecutionData', true) ? events : events.map(withoutData);
  const next = reverse ? first - 1 : last + 1;
  const more = reverse ? next >= 1 : next <= newest;
  return { events: reverse ? shown.toReversed() : shown, ...(more && { nextToken: encodeToken(pages, next) }) };
}

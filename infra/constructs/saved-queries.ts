import { Stack } from 'aws-cdk-lib';
import { LogGroup, QueryDefinition, QueryString, type QueryStringProps } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { resourceName } from '../naming.ts';

/** What people ask the logs, by name. `docs/operations.md` says when to ask which; a test keeps the two together. */
export const SAVED_QUERIES: Readonly<Record<string, QueryStringProps>> = {
  'Follow one story': {
    fields: [
      '@timestamp',
      'service',
      'level',
      'message',
      'callbackId',
      'executionId',
      'executionName',
      'outcome',
      'reason',
    ],
    filterStatements: ['jiraStoryId = "PROJ-12345"'],
    sort: '@timestamp asc',
    limit: 1000,
  },
  'Slowest relays': {
    fields: ['@timestamp', 'relayMs', 'jiraStoryId', 'callbackId', 'disposition'],
    filterStatements: ['message = "callback finished"'],
    sort: 'relayMs desc',
    limit: 50,
  },
  'Denied calls': {
    fields: ['@timestamp', '@log', 'message', 'reason', 'cause.reason'],
    filterStatements: ['@message like /AccessDenied|not authorized to perform|is not authorized/'],
    sort: '@timestamp desc',
    limit: 200,
  },
  'Failures by state': {
    filterStatements: ['operation = "error"'],
    statsStatements: ['count(*) as executions by state, error'],
    sort: 'executions desc',
  },
  'Refused callbacks': {
    fields: ['@timestamp', 'status', 'reason'],
    filterStatements: ['message in ["callback refused", "callback not accepted"]'],
    sort: '@timestamp desc',
    limit: 200,
  },
};

/** The saved queries of Logs Insights, over all logs of the stack. They cost what they scan when someone runs them. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id);
    const logGroups = Stack.of(this)
      .node.findAll()
      .filter((construct) => construct instanceof LogGroup);
    for (const [name, query] of Object.entries(SAVED_QUERIES))
      new QueryDefinition(this, name, {
        queryDefinitionName: `${resourceName(config)}/${name}`,
        queryString: new QueryString(query),
        logGroups,
      });
  }
}

import { Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { onDemandTable } from './constructs/on-demand-table.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './constructs/service-function.ts';
import { WorkflowStateMachine } from './constructs/workflow-state-machine.ts';
import { WorkflowStack } from './workflow-stack.ts';

const NAME = 'message-record';

/** Takes a message and keeps it in a table. */
export class MessageRecordStack extends WorkflowStack {
  constructor(scope: Construct, config: Config) {
    super(scope, config, NAME, 'Storygate: keeps messages in a table');
    const table = onDemandTable(this, 'Messages', { config, tableName: 'awsdemoddb', partitionKey: 'id' });
    const hello = new ServiceFunction(this, 'HelloWorld', {
      config,
      name: 'hello-world',
      functionName: 'step-function-demo-hello-world',
      description: 'Takes the message of the input',
      timeout: INTERACTIVE_TIMEOUT,
      environment: {},
    });
    const stateMachine = new WorkflowStateMachine(this, 'MessageRecord', {
      config,
      stateMachineName: 'awsdemostatemachine',
      comment: 'Keeps a message in a table',
      definition: NAME,
      substitutions: { HelloWorldFunctionArn: hello.lambda.functionArn, TableName: table.tableName },
      statements: [
        { actions: ['lambda:InvokeFunction'], resources: [hello.lambda.functionArn] },
        { actions: ['dynamodb:PutItem'], resources: [table.tableArn] },
      ],
      logExecutionData: true,
    });
    Tags.of(this).add('JiraId', 'AWS-10');

    this.output('StateMachineArn', stateMachine.liveArn, 'The live alias of the message record');
    this.output('TableName', table.tableName, 'Where the messages are kept');
  }
}

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type DomainEvent, type Publish, publisher } from '../shared/domain-events.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFacts, type Log, openLog } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import { errorReport } from './error-report.ts';
import { executionLog } from './execution-log.ts';
import { OutputRequest } from './output-request.ts';
import { resultOf } from './result.ts';

const Environment = z.object({
  BUCKET_NAME: required('the name of the workflow bucket'),
  EVENT_BUS_NAME: required('the name of the event bus'),
});

/** A file could not be written now. The state machine tries again on this name. */
export class OutputNotWrittenError extends Error {
  constructor(location: string, cause: unknown) {
    super(`${location} could not be written`, { cause });
    this.name = 'OutputNotWritten';
  }
}

export interface OutputServices {
  bucketName: string;
  write: (key: string, contentType: string, content: string) => Promise<void>;
  publish: Publish;
  log: Log;
}

interface OutputFile {
  key: string;
  contentType: string;
  content: string;
}

/**
 * Writes what the state machine asks for. The same request writes the same files, so it may be repeated.
 *
 * @returns where the first file is: result.json, execution.log or error.json
 * @throws InvalidInputError for a request of another shape; OutputNotWrittenError when S3 does not take a file
 */
export async function writeOutputs(event: unknown, services: OutputServices): Promise<{ location: string }> {
  const request = parseInput(OutputRequest, event, 'request of the state machine');
  const files = filesOf(request);
  await Promise.all(files.map((file) => write(file, services)));
  await services.publish(eventsOf(request, services.bucketName));
  services.log.info('written', factsOf(request));
  return { location: `s3://${services.bucketName}/${files[0].key}` };
}

/** For the log, and the metrics and queries that are made from it: the story, how it ended, how long its decision took. */
function factsOf(request: OutputRequest): Record<string, unknown> {
  const { operation, executionId, steps } = request;
  const jiraStoryId = operation === 'log' ? request.jiraStoryId : storyIn(request.input);
  const wait = operation !== 'result' && steps.find(({ state }) => state === 'WaitForCallback');
  return {
    ...{ operation, executionId, jiraStoryId },
    ...(operation === 'error' && { state: request.error.state, error: request.error.error }),
    ...(wait && { decisionSeconds: (Date.parse(wait.finishedAt) - Date.parse(wait.enteredAt)) / 1000 }),
  };
}

function filesOf(request: OutputRequest): [OutputFile, ...OutputFile[]] {
  const log: OutputFile = {
    key: `logs/${request.executionId}/execution.log`,
    contentType: 'text/plain; charset=utf-8',
    content: executionLog(request),
  };
  switch (request.operation) {
    case 'result':
      return [jsonFile(`outputs/${request.executionId}/result.json`, resultOf(request))];
    case 'log':
      return [log];
    case 'error':
      return [jsonFile(`logs/${request.executionId}/error.json`, errorReport(request)), log];
  }
}

function jsonFile(key: string, content: object): OutputFile {
  return { key, contentType: 'application/json', content: `${JSON.stringify(content, null, 2)}\n` };
}

async function write({ key, contentType, content }: OutputFile, services: OutputServices): Promise<void> {
  await services.write(key, contentType, content).catch((cause: unknown) => {
    const location = `s3://${services.bucketName}/${key}`;
    services.log.error('not written', { location, ...errorFacts(cause) });
    throw new OutputNotWrittenError(location, cause);
  });
}

/** The workflow's end, told once its last file is written. A repeated request tells it again. */
function eventsOf(request: OutputRequest, bucketName: string): DomainEvent[] {
  const { executionId, executionArn, location } = request;
  const log = `s3://${bucketName}/logs/${executionId}/execution.log`;
  switch (request.operation) {
    case 'result':
      return [];
    case 'log': {
      const { jiraStoryId, warnings } = request;
      const result = `s3://${bucketName}/outputs/${executionId}/result.json`;
      return [
        {
          type: 'Workflow Succeeded',
          detail: { jiraStoryId, executionId, executionArn, location, warnings, result, log },
        },
      ];
    }
    case 'error': {
      const { state, error, message } = request.error;
      const detail = {
        jiraStoryId: storyIn(request.input),
        executionId,
        executionArn,
        location,
        state,
        error,
        message,
        log,
      };
      return [{ type: 'Workflow Failed', detail }];
    }
  }
}

/** The story of a file that may be wrong in any way. */
function storyIn(input: unknown): string | undefined {
  const known = z.safeParse(z.looseObject({ jiraStoryId: z.string() }), input);
  return known.success ? known.data.jiraStoryId : undefined;
}

const services = lazy((): OutputServices => {
  const { BUCKET_NAME, EVENT_BUS_NAME } = parseEnvironment(Environment);
  const s3 = new S3Client(CLIENT_SETTINGS);
  const log = openLog();
  return {
    bucketName: BUCKET_NAME,
    write: async (Key, ContentType, Body) => {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET_NAME, Key, ContentType, Body }));
    },
    publish: publisher(new EventBridgeClient(CLIENT_SETTINGS), EVENT_BUS_NAME, log),
    log,
  };
});

/** Runs for `WriteResultsToS3`, `WriteExecutionLogToS3` and `WriteErrorToS3`. */
export const handler = (event: unknown): Promise<{ location: string }> => writeOutputs(event, services());

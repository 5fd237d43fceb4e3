import { type JsonService, jsonService } from '../gateway/json-service.ts';
import { aliasActions } from './api/alias-actions.ts';
import type { ApiContext } from './api/context.ts';
import { executionActions } from './api/execution-actions.ts';
import { historyActions } from './api/history-actions.ts';
import { machineActions } from './api/machine-actions.ts';
import { redriveActions } from './api/redrive.ts';
import { tagActions } from './api/tag-actions.ts';
import { taskActions } from './api/task-actions.ts';
import { versionActions } from './api/version-actions.ts';

/** The API of Step Functions. */
export function statesService(context: ApiContext): JsonService {
  return jsonService({
    name: 'states',
    targetPrefix: 'AWSStepFunctions',
    version: '1.0',
    actions: {
      ...machineActions(context),
      ...versionActions(context),
      ...aliasActions(context),
      ...executionActions(context),
      ...historyActions(context),
      ...redriveActions(context),
      ...taskActions(context),
      ...tagActions(context),
    },
  });
}

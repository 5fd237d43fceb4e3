import { AwsError } from '../gateway/aws-error.ts';
import { membersOf, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import { tableRequirements } from './table-requirements.ts';
import type { SettingsStore } from './table-settings.ts';

type Members = Readonly<Record<string, unknown>>;

export interface SettingsContext {
  /** Rejects with ResourceNotFoundException for a table that is not there. */
  describe(table: string): Promise<unknown>;
  /** Resolves when the change is durable and has taken effect. */
  changed(table: string): Promise<void>;
}

/** Time to live and continuous backups: settings of tables that dynalite does not keep. */
export function settingsActions(settings: SettingsStore, { describe, changed }: SettingsContext) {
  const onTable = (name: string, run: (table: string, input: Members) => Promise<object>): JsonAction => ({
    requires: (input) => tableRequirements(name, input),
    run: async (input) => {
      const table = requiredString(input, 'TableName');
      await describe(table);
      return run(table, input);
    },
  });
  const backups = (table: string) => ({
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: settings.get(table).pointInTimeRecovery ? 'ENABLED' : 'DISABLED',
    },
  });
  return {
    DescribeTimeToLive: onTable('DescribeTimeToLive', async (table) => {
      const { ttlAttribute } = settings.get(table);
      const status = { TimeToLiveStatus: ttlAttribute ? 'ENABLED' : 'DISABLED', AttributeName: ttlAttribute };
      return { TimeToLiveDescription: status };
    }),
    UpdateTimeToLive: onTable('UpdateTimeToLive', async (table, input) => {
      const specification = membersOf(input['TimeToLiveSpecification']);
      const attribute = requiredString(specification, 'AttributeName');
      const enabled = specification['Enabled'] === true;
      refuseNoChange(settings.get(table).ttlAttribute, enabled);
      settings.put(table, { ttlAttribute: enabled ? attribute : undefined });
      await changed(table);
      return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
    }),
    DescribeContinuousBackups: onTable('DescribeContinuousBackups', async (table) => ({
      ContinuousBackupsDescription: backups(table),
    })),
    UpdateContinuousBackups: onTable('UpdateContinuousBackups', async (table, input) => {
      const { PointInTimeRecoveryEnabled } = membersOf(input['PointInTimeRecoverySpecification']);
      settings.put(table, { pointInTimeRecovery: PointInTimeRecoveryEnabled === true });
      await changed(table);
      return { ContinuousBackupsDescription: backups(table) };
    }),
  } satisfies Record<string, JsonAction>;
}

function refuseNoChange(known: string | undefined, enabled: boolean): void {
  if ((known !== undefined) === enabled)
    throw new AwsError('ValidationException', `TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
}

import { z } from 'zod';
import type { Throttling } from '../modules.ts';
import { boolean, defined, number, text } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

const routeSettings = z.strictObject({
  ThrottlingBurstLimit: number.optional(),
  ThrottlingRateLimit: number.optional(),
  // There are no metrics.
  DetailedMetricsEnabled: z.unknown().optional(),
});

/** The stage of an API: access log and throttling. */
export const apiGatewayV2Stage = resourceType({
  type: 'AWS::ApiGatewayV2::Stage',
  properties: z.strictObject({
    ApiId: z.string(),
    StageName: z.string(),
    AutoDeploy: boolean.pipe(z.literal(true, 'stages deploy by themselves here')),
    AccessLogSettings: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
    DefaultRouteSettings: routeSettings.optional(),
    RouteSettings: z.record(z.string(), routeSettings).default({}),
    StageVariables: z.record(z.string(), text).optional(),
  }),
  ignored: { Description: 'a note', Tags: 'nothing shows them' },
  async create(properties, { modules }) {
    const { AccessLogSettings: log, DefaultRouteSettings: settings, RouteSettings } = properties;
    const routes = Object.entries(RouteSettings).map(([routeKey, own]) => [routeKey, throttling(own)]);
    await modules.httpApis.putStage(
      defined({
        apiId: properties.ApiId,
        name: properties.StageName,
        accessLog: log && { groupArn: log.DestinationArn, format: log.Format },
        throttling: settings && throttling(settings),
        routeThrottling: Object.fromEntries(routes),
        variables: properties.StageVariables,
      }),
    );
    return { id: properties.StageName, attributes: {} };
  },
});

function throttling({ ThrottlingBurstLimit, ThrottlingRateLimit }: z.infer<typeof routeSettings>): Throttling {
  return defined({ burstLimit: ThrottlingBurstLimit, rateLimit: ThrottlingRateLimit });
}

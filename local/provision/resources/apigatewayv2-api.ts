import { z } from 'zod';
import { allTags, boolean, defined, json, tagMap } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** An HTTP API, served below the gateway's own address. */
export const apiGatewayV2Api = resourceType({
  type: 'AWS::ApiGatewayV2::Api',
  properties: z.strictObject({
    Name: z.string(),
    ProtocolType: z.literal('HTTP'),
    Description: z.string().optional(),
    CorsConfiguration: json.optional(),
    DisableExecuteApiEndpoint: boolean.default(false),
    Tags: tagMap,
  }),
  async create({ Name, Description, CorsConfiguration, DisableExecuteApiEndpoint, Tags }, context) {
    const id = context.id(10);
    const { endpoint } = await context.modules.httpApis.putApi(
      defined({
        id,
        name: Name,
        description: Description,
        cors: CorsConfiguration,
        disableExecuteApiEndpoint: DisableExecuteApiEndpoint,
        tags: allTags(Tags, context),
      }),
    );
    return { id, attributes: { ApiId: id, ApiEndpoint: endpoint } };
  },
});

import { z } from 'zod';
import { resourceType } from '../resource-type.ts';

/** A domain of one's own: it has a target for DNS, but nothing answers there; APIs are reached at the gateway's address. */
export const apiGatewayV2DomainName = resourceType({
  type: 'AWS::ApiGatewayV2::DomainName',
  properties: z.strictObject({ DomainName: z.string() }),
  ignored: {
    DomainNameConfigurations: 'there is no TLS on this machine',
    Tags: 'nothing shows them',
  },
  create({ DomainName }, context) {
    const target = `d-${context.id(10)}.execute-api.us-east-1.amazonaws.com`;
    return { id: DomainName, attributes: { RegionalDomainName: target, RegionalHostedZoneId: 'Z1UJRXOUMOOFQ8' } };
  },
});

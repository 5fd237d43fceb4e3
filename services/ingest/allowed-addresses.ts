import { BlockList, isIP } from 'node:net';
import type middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { HttpProblem } from '../shared/problem-json.ts';
import type { WebhookEvent } from './webhook-middleware.ts';

/** Whether an address, IPv4 or IPv6, may call. */
export type IsAllowed = (address: string) => boolean;

/**
 * Reads a list of address ranges such as `203.0.113.0/24,2001:db8::/32`. An empty list allows every address: the ranges of
 * Atlassian are shared by all its customers, so the signature is what authenticates, and this only keeps noise away.
 */
export function allowedAddresses(ranges: string): IsAllowed {
  const allowed = new BlockList();
  const list = ranges.split(',').filter((range) => range !== '');
  for (const range of list) {
    const [address = '', bits] = range.split('/');
    allowed.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => list.length === 0 || (isIP(address) !== 0 && allowed.check(address, familyOf(address)));
}

/** Refuses other addresses, before anything else is looked at. An HTTP API has no resource policy that could. */
export function onlyFrom(
  isAllowed: () => IsAllowed,
): middy.MiddlewareObj<WebhookEvent, APIGatewayProxyStructuredResultV2> {
  return {
    before: ({ event }) => {
      const { sourceIp } = event.requestContext.http;
      if (!isAllowed()(sourceIp))
        throw new HttpProblem(403, 'Address not allowed', `calls from ${sourceIp} are not expected here`);
    },
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

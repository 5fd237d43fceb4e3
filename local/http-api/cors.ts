import { z } from 'zod';
import type { ApiRequest } from './api-request.ts';
import type { ApiResponse } from './integration-response.ts';

const list = z.array(z.string()).default([]);
const configuration = z.object({
  AllowOrigins: list,
  AllowMethods: list,
  AllowHeaders: list,
  ExposeHeaders: list,
  MaxAge: z.coerce.number().optional(),
  AllowCredentials: z.coerce.boolean().default(false),
});

type Cors = z.infer<typeof configuration>;

/** The answer to a preflight request, which never reaches a route; undefined for all other requests. */
export function preflight(cors: object | undefined, { method, headers }: ApiRequest): ApiResponse | undefined {
  if (!cors || method !== 'OPTIONS' || !headers['origin'] || !headers['access-control-request-method'])
    return undefined;
  const settings = configuration.parse(cors);
  const { AllowMethods, AllowHeaders, MaxAge } = settings;
  const allowed = originHeaders(settings, headers['origin']);
  const more = allowed && {
    ...(AllowMethods.length > 0 ? { 'access-control-allow-methods': AllowMethods.join(',') } : {}),
    ...(AllowHeaders.length > 0 ? { 'access-control-allow-headers': AllowHeaders.join(',') } : {}),
    ...(MaxAge === undefined ? {} : { 'access-control-max-age': String(MaxAge) }),
  };
  return { status: 204, headers: { ...allowed, ...more }, cookies: [], body: Buffer.alloc(0) };
}

/** The CORS headers of any other answer. They replace those of the function, as API Gateway does it. */
export function corsHeaders(cors: object | undefined, { headers }: ApiRequest): Record<string, string> {
  const origin = headers['origin'];
  return cors && origin ? (originHeaders(configuration.parse(cors), origin) ?? {}) : {};
}

function originHeaders(cors: Cors, origin: string): Record<string, string> | undefined {
  const any = cors.AllowOrigins.includes('*');
  if (!any && !cors.AllowOrigins.includes(origin)) return undefined;
  return {
    'access-control-allow-origin': any && !cors.AllowCredentials ? '*' : origin,
    ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.ExposeHeaders.length > 0 ? { 'access-control-expose-headers': cors.ExposeHeaders.join(',') } : {}),
  };
}

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { FieldProblem } from './parse.ts';

/** An answer of an HTTP edge that is an error: problem+json (RFC 9457). `detail` is for the person who reads the caller's log. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly title: string;
  readonly problems: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    title: string,
    detail: string,
    options: { problems?: readonly FieldProblem[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'HttpProblem';
    this.status = status;
    this.title = title;
    this.problems = options.problems ?? [];
    this.headers = options.headers ?? {};
  }
}

/** Renders the error; its cause stays inside. */
export function problemResponse(problem: HttpProblem): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', ...problem.headers },
    body: JSON.stringify({
      type: 'about:blank',
      title: problem.title,
      status: problem.status,
      detail: problem.message,
      ...(problem.problems.length > 0 && { errors: problem.problems }),
    }),
  };
}

/** A plain JSON answer. */
export function jsonResponse(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** "Try again": senders such as Jira repeat a 503, and lose what any final 4xx refuses. */
export function unavailable(detail: string, cause: unknown): HttpProblem {
  return new HttpProblem(503, 'Try again later', detail, { headers: { 'retry-after': '30' }, cause });
}

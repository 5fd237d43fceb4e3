import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';

/**
 * A request whose body came in chunks of their own (`aws-chunked`), as if it had come whole; any other as it is. The
 * headers behind the last chunk, which carry the checksum of what is streamed, become headers of the request.
 * @throws AwsError IncompleteBody
 */
export function wholeBody(request: AwsRequest): AwsRequest {
  const { headers } = request;
  const encodings = headers['content-encoding']?.split(',').map((encoding) => encoding.trim()) ?? [];
  if (!encodings.includes('aws-chunked') && headers['x-amz-content-sha256']?.startsWith('STREAMING-') !== true)
    return request;
  const { body, trailers } = dechunk(request.body);
  if (body.length !== Number(headers['x-amz-decoded-content-length'] ?? body.length)) throw incompleteBody();
  const { 'content-encoding': _, ...others } = headers;
  const own = encodings.filter((encoding) => encoding !== 'aws-chunked').join(', ');
  return { ...request, body, headers: { ...others, ...(own !== '' && { 'content-encoding': own }), ...trailers } };
}

/** `<length in hex>[;chunk-signature=…]`, the bytes, and so on until a length of 0, then header lines. */
function dechunk(chunked: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  while (true) {
    const end = chunked.indexOf('\r\n', at);
    const length = Number.parseInt(chunked.toString('latin1', at, end), 16);
    if (end < 0 || !(length >= 0) || end + 2 + length > chunked.length) throw incompleteBody();
    at = end + 2 + length;
    if (length === 0) return { body: Buffer.concat(chunks), trailers: headerLines(chunked.toString('latin1', at)) };
    chunks.push(chunked.subarray(end + 2, at));
    at += 2;
  }
}

function headerLines(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^([^:]+):(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.trim().toLowerCase(), value.trim()] as const];
  });
  return Object.fromEntries(lines);
}

function incompleteBody(): AwsError {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
  return new AwsError('IncompleteBody', message);
}

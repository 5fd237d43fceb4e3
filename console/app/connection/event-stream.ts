/** One server-sent event. */
export interface StreamEvent {
  event: string;
  data: string;
}

/** Reads server-sent events from an answer. Not `EventSource`, since that cannot send the session's token in a header. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (pending + value).split('\n\n');
    pending = parts.pop() ?? '';
    for (const part of parts) yield parse(part);
  }
}

function parse(text: string): StreamEvent {
  const field = (name: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { event: field('event') ?? 'message', data: field('data') ?? '{}' };
}

import { createServer, type Server } from 'node:http';

/** A service outside of the runtime that notes which step of which execution called it, in the order of the calls. */
export class SideEffects {
  readonly url: string;
  readonly calls: { execution: string; step: number }[] = [];
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async listen(): Promise<SideEffects> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const effects = new SideEffects(server, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    server.on('request', (request, response) => {
      const [, execution = '', step] = request.url?.split('/') ?? [];
      effects.calls.push({ execution, step: Number(step) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
    });
    return effects;
  }

  /** The steps that an execution called, in order. */
  of(execution: string): number[] {
    return this.calls.filter((call) => call.execution === execution).map(({ step }) => step);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** A machine of so many tasks, one after the other, each of which calls this service once. */
  machine(steps: number, connectionArn: string): string {
    const states = Array.from({ length: steps }, (_, index) => [
      `Step${index + 1}`,
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::http:invoke',
        Arguments: {
          ApiEndpoint: `{% '${this.url}/' & $states.context.Execution.Name & '/${index + 1}' %}`,
          Method: 'POST',
          Authentication: { ConnectionArn: connectionArn },
        },
        ...(index + 1 < steps ? { Next: `Step${index + 2}` } : { End: true }),
      },
    ]);
    return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Step1', States: Object.fromEntries(states) });
  }
}

import { cpus } from 'node:os';

/** Below this share of idle time a further thread finds no core. */
const SPARE = 0.15;

/** How busy the machine is, whoever keeps it so, from the moment this is made. */
export class MachineLoad {
  readonly #since = times();

  /** Whether hardly any of the cores' time was idle. */
  get busy(): boolean {
    const now = times();
    const total = now.total - this.#since.total;
    return total > 0 && (now.idle - this.#since.idle) / total < SPARE;
  }
}

/** Milliseconds of all cores since the machine started. */
function times(): { idle: number; total: number } {
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

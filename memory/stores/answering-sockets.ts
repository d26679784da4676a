// Floor 2. The connections of a client of PostgreSQL → those on which a statement waits for nothing are cut. A server that keeps a connection
// and says nothing is noticed by nobody else: the driver waits for ever, and so would what asked. Cut, it fails as one that is gone, and the
// next statement has a new connection.
import { Socket } from "node:net";

/** What the driver gives to its `socket` setting: by several hosts one is tried after the other. */
interface Address {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false;
}

interface Heard {
  bytes: number;
  atMs: number;
}

interface UnderWay {
  readonly begunMs: number;
  readonly withinMs: number;
}

const EVERY_MS = 1_000;

export class AnsweringSockets {
  readonly #heard = new Map<Socket, Heard>();
  readonly #underWay = new Set<UnderWay>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #opened = 0;

  /** A connection for the driver, which expects one that connects later than its listeners are there. */
  open = ({ host, port, path }: Address): Socket => {
    const at = this.#opened++ % Math.max(1, host.length);
    const address = { host: host[at] ?? "localhost", port: port[at] ?? 5432 };
    // The driver names both in its errors and in the certificate that it asks for.
    const socket = Object.assign(new Socket(), address);
    setImmediate(() => {
      if (!socket.destroyed) socket.connect(path === false ? address : { path });
    });
    this.#heard.set(socket, { bytes: 0, atMs: performance.now() });
    return socket;
  };

  /**
   * As the work ends. While it is under way, and later than that after its beginning, a connection without a byte for so long is cut. An idle
   * one may be among them: the driver opens another.
   * @param withinMs how long a statement may be without a byte of its answer
   */
  async answered<T>(work: Promise<T>, withinMs: number): Promise<T> {
    const one: UnderWay = { begunMs: performance.now(), withinMs };
    this.#underWay.add(one);
    this.#timer ??= setInterval(() => this.#look(), EVERY_MS).unref();
    try {
      return await work;
    } finally {
      this.#underWay.delete(one);
      if (this.#underWay.size === 0) this.#rest();
    }
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const nowMs = performance.now();
    const late = [...this.#underWay].filter(({ begunMs, withinMs }) => nowMs - begunMs >= withinMs);
    const withinMs = Math.min(...late.map((one) => one.withinMs));
    for (const [socket, heard] of this.#heard) {
      // Under TLS the bytes are those of the connection below.
      const { destroyed, bytesRead } = socket;
      if (destroyed) this.#heard.delete(socket);
      else if (bytesRead !== heard.bytes) Object.assign(heard, { bytes: bytesRead, atMs: nowMs });
      else if (nowMs - heard.atMs >= withinMs)
        socket.destroy(new Error(`it has kept the connection and answered nothing for ${withinMs / 1000} s`));
    }
  }
}

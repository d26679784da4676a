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

/** Between two looks at what is under way, ms: time is counted by them. */
const EVERY_MS = 1_000;

interface Heard {
  bytes: number;
  silentMs: number;
}

interface UnderWay {
  waitedMs: number;
  readonly withinMs: number;
}

export class AnsweringSockets {
  readonly #heard = new Map<Socket, Heard>();
  readonly #underWay = new Set<UnderWay>();
  #isLooking = false;
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
    this.#heard.set(socket, { bytes: 0, silentMs: 0 });
    return socket;
  };

  /**
   * As the work ends. While it is under way, and later than that after its beginning, a connection without a byte for so long is cut. An idle
   * one may be among them: the driver opens another.
   * @param withinMs how long a statement may be without a byte of its answer
   */
  async answered<T>(work: Promise<T>, withinMs: number): Promise<T> {
    const one: UnderWay = { waitedMs: 0, withinMs };
    this.#underWay.add(one);
    if (!this.#isLooking) this.#lookLater();
    try {
      return await work;
    } finally {
      this.#underWay.delete(one);
    }
  }

  /** For as long as anything is under way. */
  #lookLater(): void {
    this.#isLooking = this.#underWay.size > 0;
    if (!this.#isLooking) return;
    const look = (): void => {
      this.#look();
      this.#lookLater();
    };
    AbortSignal.timeout(EVERY_MS).addEventListener("abort", look, { once: true });
  }

  #look(): void {
    let cutAfterMs = Number.POSITIVE_INFINITY;
    for (const one of this.#underWay) {
      one.waitedMs += EVERY_MS;
      if (one.waitedMs >= one.withinMs) cutAfterMs = Math.min(cutAfterMs, one.withinMs);
    }
    for (const [socket, heard] of this.#heard) {
      // Under TLS the bytes are those of the connection below.
      const { destroyed, bytesRead } = socket;
      heard.silentMs = bytesRead === heard.bytes ? heard.silentMs + EVERY_MS : 0;
      heard.bytes = bytesRead;
      if (destroyed) this.#heard.delete(socket);
      else if (heard.silentMs >= cutAfterMs)
        socket.destroy(new Error(`it has kept the connection and answered nothing for ${cutAfterMs / 1000} s`));
    }
  }
}

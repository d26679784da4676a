// Floor 2. ccxt.pro's connections reject what nobody waits for any more: a message that is sent while the connection closes, a login that is
// refused. A rejection that nobody hears ends the process.

/** One connection of ccxt's, made by the url that it leads to. */
export interface Connection {
  /** What somebody waits for, by ccxt's name for it. */
  future(hash: string): Promise<unknown>;
  send(message: unknown): Promise<unknown>;
}

/** The same promise, whose rejection may go unheard. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** From here on no rejection of the socket's connections ends the process. @param onNew told each connection once */
export function hearConnections<One extends Connection>(
  socket: { client(url: string): One },
  onNew: (one: One) => void = () => {},
): void {
  const connectionTo = socket.client.bind(socket);
  const known = new WeakSet<One>();
  socket.client = (url) => {
    const one = connectionTo(url);
    if (known.has(one)) return one;
    known.add(one);
    const [future, send] = [one.future.bind(one), one.send.bind(one)];
    Object.assign(one, {
      future: (hash: string) => unheard(future(hash)),
      send: (message: unknown) => unheard(send(message)),
    });
    onNew(one);
    return one;
  };
}

import { connect, createServer, type Server, type Socket } from 'node:net';

/** How many bytes may still pass each way before the connection is cut, without a goodbye. */
export interface Fate {
  requestBytes?: number;
  replyBytes?: number;
}

/** A wire that can be cut in the middle of a word, as networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Decides the fate of the connections there are; later ones live until this is called again. */
  cutAfter(fate: Fate): void;
  close(): Promise<void>;
}

/** Starts a proxy before a port of this machine. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const open = new Set<Wire>();
  const server = createServer((near) => {
    const wire = new Wire(near, target);
    open.add(wire);
    near.once('close', () => open.delete(wire));
  });
  const port = await listen(server);
  return {
    port,
    cutAfter(fate) {
      for (const wire of open) wire.cutAfter(fate);
    },
    async close() {
      for (const wire of open) wire.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Wire {
  private readonly far: Socket;
  private left = { requestBytes: Infinity, replyBytes: Infinity };

  constructor(
    private readonly near: Socket,
    target: number,
  ) {
    this.far = connect(target, '127.0.0.1').setNoDelay();
    near.setNoDelay();
    near.on('data', (data) => this.pass(data, 'requestBytes', this.far));
    this.far.on('data', (data) => this.pass(data, 'replyBytes', near));
    for (const socket of [near, this.far]) {
      socket.on('error', () => this.cut());
      socket.on('close', () => this.cut());
    }
  }

  cutAfter(fate: Fate): void {
    this.left = { requestBytes: Infinity, replyBytes: Infinity, ...fate };
  }

  cut(): void {
    this.near.destroy();
    this.far.destroy();
  }

  private pass(data: Buffer, way: keyof Fate, to: Socket): void {
    if (data.length < this.left[way]) {
      this.left[way] -= data.length;
      to.write(data);
      return;
    }
    const last = data.subarray(0, this.left[way]);
    this.left[way] = 0;
    // What was promised to pass does pass; then both ends fall silent at once.
    to.write(last, () => this.cut());
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

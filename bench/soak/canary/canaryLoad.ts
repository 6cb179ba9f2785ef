import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** What a caller saw of a pipeline. */
export interface LoadSeen {
  /** With a score. */
  answers: number;
  /** Answers that were not 200, or had no score. */
  failures: number;
  /** Refused because the machine had more to do than it could: to be asked again later. */
  shed: number;
  /** What the first of them was. */
  firstFailure: string;
  /** Answers by version. */
  readonly byVersion: Record<number, number>;
  /** When each version answered last, milliseconds UTC. */
  readonly lastAt: Record<number, number>;
}

export interface Load {
  readonly seen: LoadSeen;
  end(): Promise<void>;
}

export interface LoadOptions {
  /** Such as `/predict/fraud`. */
  readonly path: string;
  readonly urls: readonly string[];
  /** The body of each request. */
  readonly body: () => string;
  readonly connections: number;
  /** Between an answer and the next request of its connection. */
  readonly pauseMs: number;
}

/** Asks a pipeline over some connections, shared among its serving processes, until it is ended. */
export function startLoad({ path, urls, body, connections, pauseMs }: LoadOptions): Load {
  const seen: LoadSeen = { answers: 0, failures: 0, shed: 0, firstFailure: '', byVersion: {}, lastAt: {} };
  let isOver = false;
  const running = Array.from({ length: connections }, async (_, at) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const url = `${urls[at % urls.length]}${path}`;
    while (!isOver) {
      note(seen, await answerOf(url, agent, body()));
      await pause(pauseMs);
    }
    agent.destroy();
  });
  return {
    seen,
    async end() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

/** Whether a serving process answers, and not only runs. */
export async function isAnswered(url: string, body: string): Promise<boolean> {
  const agent = new Agent();
  const { version } = await answerOf(url, agent, body);
  agent.destroy();
  return version !== undefined;
}

interface Answer {
  /** Why there is none. */
  readonly refusal?: string;
  readonly version?: number;
  readonly score?: number;
}

function note(seen: LoadSeen, { version, score, refusal }: Answer): void {
  if (version === undefined || typeof score !== 'number') {
    if (refusal?.includes('server.busy')) {
      seen.shed += 1;
      return;
    }
    if (seen.failures === 0) seen.firstFailure = refusal ?? 'no score';
    seen.failures += 1;
    return;
  }
  seen.answers += 1;
  seen.byVersion[version] = (seen.byVersion[version] ?? 0) + 1;
  seen.lastAt[version] = Date.now();
}

function answerOf(url: string, agent: Agent, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    const call = request(url, { method: 'POST', agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve(response.statusCode === 200 ? JSON.parse(text) : { refusal: `${response.statusCode} ${text}` });
      });
      response.on('error', (error) => resolve({ refusal: String(error) }));
    });
    call.on('error', (error) => resolve({ refusal: String(error) }));
    call.end(body);
  });
}

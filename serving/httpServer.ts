import { type FastifyInstance, fastify } from 'fastify';
import { addFailureReplies, refuseBrokenHttp, replyWith } from './failureReplies.ts';
import { addFeedbackRoutes } from './feedbackRoutes.ts';
import { addInferRoutes } from './inferRoutes.ts';
import { addModelRoutes } from './modelRoutes.ts';
import { addOperateRoutes } from './operateRoutes.ts';
import { addOverviewRoutes } from './overviewRoutes.ts';
import { addPredictRoutes } from './predictRoutes.ts';
import type { ServerOptions } from './serverOptions.ts';
import type { ServingState } from './servingState.ts';

/** The HTTP side of a serving process: its routes, and an answer to whatever else comes. */
export function httpServer(
  options: ServerOptions,
  state: ServingState,
  bodyLimit: number,
  report: (line: string) => void,
): FastifyInstance {
  const server: FastifyInstance = fastify({
    bodyLimit,
    // Who is answered while the process ends is told to leave by `connection: close`.
    return503OnClosing: false,
    clientErrorHandler: refuseBrokenHttp,
    frameworkErrors: (error, request, reply) => void replyWith(error, request, reply, bodyLimit, report),
    routerOptions: { ignoreTrailingSlash: true },
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
  });
  takeAnyBody(server);
  addFailureReplies(server, bodyLimit, report);
  server.addHook('onResponse', (_, reply, done) => {
    state.metrics.request(reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  addPredictRoutes(server, state);
  addFeedbackRoutes(server, state);
  addInferRoutes(server, state);
  addModelRoutes(server, state);
  addOverviewRoutes(server, state);
  if (options.operate !== undefined) addOperateRoutes(server, options.operate);
  return server;
}

/** Clients of the protocol send no Content-Type, curl sends that of a form: a body is bytes, and the route reads JSON. */
function takeAnyBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
}

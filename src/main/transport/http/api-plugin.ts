import type { FastifyInstance } from 'fastify';
import { createSerializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { SwitchboardError } from '@shared/errors';
import type { ApiServices } from '../../api/services';
import { adminRoutes } from './admin-routes';
import { guardOrigins } from './cross-origin';
import { matchingRoutes } from './matching-routes';
import { observabilityRoutes } from './observability-routes';
import { describeApi, descriptionRoutes } from './openapi';
import { answerInProblems } from './problems';
import { authenticateRequests, keepRequestState } from './request-state';

export interface ApiPluginOptions {
  services: ApiServices;
  version: string;
  /** Pages of which other origins may call the API; none by default. */
  origins?: readonly string[];
  /** Names under which this server is reached beside localhost and IP addresses. */
  allowedHosts?: readonly string[];
  /** Checks every answer against its schema; for tests. */
  checkOutputs?: boolean;
}

/** The whole API on a Fastify instance: matching, admin, what machines watch, and its description. */
export async function apiPlugin(app: FastifyInstance, options: ApiPluginOptions): Promise<void> {
  const { services, version, origins = [], allowedHosts = [], checkOutputs = false } = options;
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, judgesOrigin: true };
    });
    // Browsers let any page send text elsewhere without asking first; only the beacon takes it.
    scope.removeContentTypeParser('text/plain');
    scope.setValidatorCompiler(validatorCompiler);
    // In production an unforeseen answer is of more use than an error about it.
    scope.setSerializerCompiler(checkOutputs ? createSerializerCompiler() : () => JSON.stringify);
    keepRequestState(scope, services);
    answerInProblems(scope, services.log);
    await guardOrigins(scope, { origins, allowedHosts, keyRequired: services.authenticator.required });
    authenticateRequests(scope, services.authenticator);
    await describeApi(scope, version);
    await matchingRoutes(scope, services);
    adminRoutes(scope, services);
    observabilityRoutes(scope, services);
    descriptionRoutes(scope);
    await scope.register(
      (api, _options, done) => {
        api.setNotFoundHandler({ preHandler: [] }, (request) => {
          throw new SwitchboardError(
            'not_found',
            `There is nothing at ${request.url.split('?')[0]?.slice(0, 200) ?? ''}: /api/docs lists what there is.`,
          );
        });
        done();
      },
      { prefix: '/api' },
    );
  });
}

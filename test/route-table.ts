import { createApi, type ApiDeps } from '@aion/api';
import { RateLimits } from '@aion/jobs';
import { makeFrozenClock } from '@aion/core';

/** Every route of the API as the program has them, with `{name}` in place of parameters. Nothing is asked of the dependencies. */
export function routeTable(): readonly (readonly [method: string, path: string])[] {
  const bare = { items: {}, objects: {}, clock: makeFrozenClock(0), limits: RateLimits.parse({}) };
  const routes = createApi(bare as unknown as ApiDeps)
    .routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/') && path !== '/v1/openapi.json')
    .map(({ method, path }) => [method, path.replaceAll(/:(\w+)/g, '{$1}')] as const);
  return [...new Map(routes.map((route) => [route.join(' '), route])).values()];
}

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parseCloudEnvironment } from '@aion/runtime/cloud/environment';
import { FUNCTIONS } from '../../infra/names.ts';
import { policyProblems } from '../../infra/policy/policy.ts';
import { ofType, text, type Resource } from '../../infra/policy/resource.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { makeViewerAddress } from '@aion/runtime/serving/viewer-address';
import { sayViewer } from '../../web/src/session/viewer.ts';
import { isForThisSite, isSecure, lacksHttps } from '../../web/src/session/where.ts';
import { SCHEDULES } from '../../infra/schedule-plan.ts';
import { atTheEdge, VIEWER } from './at-the-edge.ts';
import { importedWhenRead, listOf, renderStage, type Rendered } from './render.ts';
import { ACCOUNT, DEV_SETTINGS, STAGE_SETTINGS } from './stage-settings.ts';

const variablesOf = ({ inputs }: Pick<Resource, 'inputs'>): Record<string, string> =>
  (inputs['environment'] as { variables?: Record<string, string> } | undefined)?.variables ?? {};

describe.each([
  ['prod', STAGE_SETTINGS],
  ['dev', DEV_SETTINGS],
])('stage %s, rendered whole', (stage, settings) => {
  const context = { production: stage === 'prod', account: ACCOUNT, region: 'ap-south-1' };
  let rendered: Rendered;
  const named = (name: string): Resource => rendered.resources.find((one) => one.name === name)!;
  beforeAll(async () => {
    rendered = await renderStage(stage, settings);
  });

  it('holds to every rule of the policy', () => {
    expect(policyProblems(rendered.resources, context)).toEqual([]);
  });

  // The other stage is rendered again in the long form.
  if (stage === 'dev')
    it('renders the same resources every time', async () => {
      expect(listOf(await renderStage(stage, settings))).toEqual(listOf(rendered));
    });

  it('is kept or removed whole', () => {
    const kept = stage === 'prod';
    expect(rendered.app).toMatchObject({ removal: kept ? 'retain' : 'remove', protect: kept });
    expect(named('ObjectsBucket').inputs['forceDestroy']).toBe(!kept);
  });

  it('has every function, each with an environment that the code accepts', () => {
    for (const name of FUNCTIONS) {
      const { inputs } = named(`Function-${name}`);
      const { variables } = inputs['environment'] as { variables: Record<string, string> };
      expect(parseCloudEnvironment({ ...variables, AWS_REGION: 'ap-south-1' }).AION_STAGE).toBe(stage);
    }
  });

  it('answers what came through its edge alone, and the edge names the viewer over whatever a stranger says', async () => {
    const site = ofType(rendered.resources, 'aws:lambda/function:Function').find(
      (one) => 'AION_AUTH_URL' in variablesOf(one),
    )!;
    for (const [name, value] of Object.entries(variablesOf(site))) vi.stubEnv(name, value);
    const host = parseStageConfig(stage, settings).siteDomain?.name ?? 'd1.cloudfront.net';
    const forged = {
      'x-aion-viewer': '1.2.3.4',
      'x-aion-door': 'guessed',
      'x-aion-path': '/admin',
      // What OpenNext and Next believe; the first cannot even be decoded, which OpenNext answers before any code of the site.
      'x-open-next-city': '%',
      'x-opennext-initial-url': 'https://elsewhere',
      'x-middleware-subrequest': 'proxy:proxy:proxy',
      'x-isr': '1',
      'x-forwarded-for': '1.2.3.4',
      'cloudfront-viewer-city': '%',
    };
    expect(isForThisSite(new Headers({ ...forged, host }))).toBe(false);

    for (const uri of ['/signals', '/v1/kill', '/session/sign-in']) {
      const { headers } = await atTheEdge(rendered.resources, uri, { ...forged, host });
      const { 'x-aion-viewer': _viewer, 'x-aion-door': _door, ...dropped } = forged;
      expect(
        Object.keys(headers).filter((name) => name in dropped),
        uri,
      ).toEqual([]);
      // The function sees the site's name where CloudFront has put its own.
      const arrived = new Headers({ ...headers, host: headers['x-forwarded-host']! });
      expect(isForThisSite(arrived), uri).toBe(true);
      const passedOn = new Headers();
      sayViewer(arrived, passedOn, new URL('/v1/me', process.env['AION_API_URL']));
      const apiSees = makeViewerAddress(variablesOf(named('Function-api'))['AION_DOOR_DIGEST']!);
      expect(
        apiSees((name) => passedOn.get(name) ?? undefined, '198.51.100.1'),
        uri,
      ).toBe(VIEWER);
      expect(
        apiSees((name) => forged[name as keyof typeof forged], '198.51.100.1'),
        uri,
      ).toBe('198.51.100.1');
      // The identity provider is a vendor: it learns neither.
      const toVendor = new Headers();
      sayViewer(arrived, toVendor, new URL('/auth/v1/token', process.env['AION_AUTH_URL']));
      expect([...toVendor], uri).toEqual([]);
    }
    vi.unstubAllEnvs();
  });

  it('signs people in at the address that the site has, with a domain or without', () => {
    const [{ inputs }] = ofType(rendered.resources, 'aws:lambda/function:Function').filter(
      (one) => 'AION_AUTH_URL' in variablesOf(one),
    ) as [Resource];
    for (const [name, value] of Object.entries(variablesOf({ inputs }))) vi.stubEnv(name, value);
    const { siteDomain } = parseStageConfig(stage, settings);
    const headers = new Headers({
      host: siteDomain?.name ?? 'd1.cloudfront.net',
      'x-aion-door': variablesOf({ inputs })['AION_DOOR_SECRET']!,
    });
    expect([isForThisSite(headers), isSecure(headers), lacksHttps(headers)]).toEqual([true, true, false]);
    vi.unstubAllEnvs();
    // That is true only as long as nothing is served in the clear.
    const [cdn] = ofType(rendered.resources, 'aws:cloudfront/distribution:Distribution') as [Resource];
    const behaviours = JSON.stringify(cdn.inputs).match(/"viewerProtocolPolicy":"[a-z-]+"/g);
    expect(new Set(behaviours)).toEqual(new Set(['"viewerProtocolPolicy":"redirect-to-https"']));
  });

  it('has every schedule, the US ones switched off', () => {
    const found = ofType(rendered.resources, 'aws:scheduler/schedule:Schedule');
    expect(found).toHaveLength(SCHEDULES.length);
    for (const one of found)
      expect(one.inputs['state']).toBe(one.name.startsWith('Schedule-us-') ? 'DISABLED' : 'ENABLED');
  });

  it('throttles the kill switch apart from everything else, by a route that is there', () => {
    const { routeSettings, defaultRouteSettings } = named('ApiStage').inputs as {
      routeSettings: { routeKey: string; throttlingRateLimit: number }[];
      defaultRouteSettings: { throttlingRateLimit: number };
    };
    const routes = ofType(rendered.resources, 'aws:apigatewayv2/route:Route');
    const [kill] = routeSettings;
    expect(routeSettings).toHaveLength(1);
    expect(kill!.routeKey).toBe('POST /v1/kill');
    expect(kill!.throttlingRateLimit).toBeGreaterThanOrEqual(defaultRouteSettings.throttlingRateLimit);
    const targetOf = (key: string) => routes.find(({ inputs }) => inputs['routeKey'] === key)?.inputs['target'];
    expect(targetOf(kill!.routeKey)).toBeDefined();
    expect(targetOf(kill!.routeKey)).toBe(targetOf('$default'));
  });

  it('has a live service only with a certificate', () => {
    expect(ofType(rendered.resources, 'aws:ecs/service:Service')).toHaveLength(stage === 'prod' ? 1 : 0);
    expect(ofType(rendered.resources, 'aws:lb/loadBalancer:LoadBalancer')).toHaveLength(stage === 'prod' ? 1 : 0);
  });

  it('a misspelt function in a state machine is caught', () => {
    const resources = rendered.resources.map((one) =>
      one.name === 'Machines'
        ? {
            ...one,
            inputs: {
              ...one.inputs,
              templateBody: text(one, 'templateBody').replaceAll(`aion-${stage}-control`, `aion-${stage}-contrl`),
            },
          }
        : one,
    );
    expect(policyProblems(resources, context).join('\n')).toMatch(
      /Machines\/dailyMachine: mentions .*contrl, which is not made/,
    );
  });

  it('a table that is not made is missed by the roles that mention it', () => {
    const resources = rendered.resources.filter((one) => one.name !== 'Table-moneyTable');
    expect(policyProblems(resources, context).join('\n')).toMatch(/Role-api: mentions .*-money/);
  });

  it('a variable that a function lacks is named', () => {
    const resources = rendered.resources.map((one) =>
      one.name === 'Function-api' ? { ...one, inputs: { ...one.inputs, environment: {} } } : one,
    );
    expect(policyProblems(resources, context).join('\n')).toMatch(/Function-api: .*AION_TABLE_PRODUCT/);
  });
});

describe('the configuration, before any provider is installed', () => {
  it('can be read', async () => {
    expect(await importedWhenRead("import './sst.config.ts';")).toEqual([]);
  });

  it('is not readable when a module that it leads to imports a provider at once', async () => {
    const planted =
      "import './sst.config.ts'; import { RandomBytes } from '@pulumi/random'; export default RandomBytes;";
    expect(await importedWhenRead(planted)).toEqual(['@pulumi/random']);
    const later = 'export const door = async () => (await import("@pulumi/random")).RandomBytes;';
    expect(await importedWhenRead(later)).toEqual([]);
  });
});

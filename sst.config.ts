/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: ({ stage }) => ({
    name: 'aion',
    home: 'aws' as const,
    // prod keeps its tables and buckets when it is removed, and is not removed by one command.
    removal: stage === 'prod' ? ('retain' as const) : ('remove' as const),
    protect: stage === 'prod',
    providers: { aws: { region: 'ap-south-1' as const, defaultTags: { tags: { 'aion:stage': stage ?? 'none' } } } },
  }),
  async run() {
    const { stage } = await import('./infra/resources/stage.ts');
    return stage();
  },
});

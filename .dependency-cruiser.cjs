// The import rule: a package imports only packages above it, in the order of the data's way.
const ORDER = [
  'core',
  'stats',
  'market',
  'features',
  'universe',
  'forecast',
  'contracts',
  'accounts',
  'signals',
  'trading',
  'learning',
  'pipeline',
  'backtest',
  'training',
  'jobs',
  'api',
  'adapters',
  'runtime',
  'bench',
];
const DOMAIN = ORDER.slice(0, ORDER.indexOf('api')).filter((name) => name !== 'contracts');
const test = '(\\.test\\.ts$|^packages/[^/]+/test/)';
const inPackage = (names) => `^packages/(${names.join('|')})/`;

const downwards = ORDER.slice(0, -1).map((name, place) => ({
  name: `${name}-imports-only-above`,
  comment: 'A package imports only packages above it.',
  severity: 'error',
  from: { path: inPackage([name]), pathNot: test },
  to: { path: inPackage(ORDER.slice(place + 1)) },
}));

module.exports = {
  forbidden: [
    ...downwards,
    {
      name: 'no-cycles',
      comment: 'Edges of types count: files that need each other are one file, or their types stand apart.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'Domain packages do no I/O: no node: modules.',
      severity: 'error',
      from: { path: inPackage(DOMAIN), pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contracts-import-core-only',
      severity: 'error',
      from: { path: '^packages/contracts/', pathNot: test },
      to: { path: '^packages/(?!contracts|core)' },
    },
    {
      name: 'adapters-stay-apart',
      comment: 'Adapters never import each other; plumbing is what those that speak HTTP stand on.',
      severity: 'error',
      from: { path: '^packages/adapters/src/([^/]+)/', pathNot: test },
      to: { path: '^packages/adapters/src/(?!$1/|plumbing/)' },
    },
    {
      name: 'web-imports-contracts-only',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^packages/(?!contracts|core)' },
    },
    {
      name: 'api-loads-no-heavy-runtime',
      severity: 'error',
      comment: 'Nor does anything that the API imports: it starts fast and small.',
      from: { path: '^packages/api/', pathNot: test },
      to: { path: 'onnxruntime|@duckdb|hyparquet', reachable: true },
    },
    {
      name: 'nothing-imports-the-entrypoints',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^functions/' },
    },
    { name: 'resolvable', severity: 'error', from: { path: '^(packages|functions)/' }, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.next|\\.aion)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
